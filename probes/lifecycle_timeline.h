// The way of one alert from its fault to the news of its end, as four witnesses told it: the rule engine, its
// history, Alertmanager and the receiver. Digests answers; asks nothing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "probes/alertmanager_answers.h"
#include "probes/kind.h"
#include "probes/lifecycle_settings.h"
#include "probes/notice.h"
#include "probes/route_tree.h"

namespace assay::probes {

// What is known before the fault.
struct Groundwork {
  std::optional<PromRule> rule;  // absent for a synthetic alert
  Nanos scrape_interval{std::chrono::minutes(1)};
  Nanos group_wait{0}, group_interval{0};
  std::vector<std::string> receivers;  // to which the route leads
  std::vector<std::string> silent;     // of these, those that are not told of the end, as "slack of chat"
};

// A stretch of one state in `ALERTS`, in the local clock.
struct Stretch {
  bool firing = false;
  TimePoint from{}, until{};  // of the first and last sample
};

class LifecycleTimeline {
 public:
  explicit LifecycleTimeline(const LifecycleSettings& settings)
      : settings_(settings), reader_(settings.receiver ? settings.receiver->format : NoticeFormat::webhook) {}

  // ---- the clock of Prometheus beside ours, by its answer to `time()`
  void set_clock(const client::Answer& answer);
  TimePoint local(WallTime of_server) const;
  Nanos clock_offset() const { return offset_; }  // of theirs, ahead of ours

  // ---- what was done
  void began(TimePoint when) { injected = in_place = when; }
  void is_in_place(TimePoint when) { in_place = when; }
  void taken_back(TimePoint when) { cleared = when; }

  // ---- what was seen
  void see_alerts(const client::Answer& answer);    // of Prometheus
  void see_managed(const client::Answer& answer);   // of Alertmanager
  void see_messages(const client::Answer& answer);  // of the receiver
  void see_history(const client::Answer& answer);
  void see_condition(const client::Answer& answer);  // of the rule's expression, once the alert is over
  std::size_t messages() const { return messages_; }

  Groundwork groundwork;
  std::optional<TimePoint> injected, pending, firing, managed, notified, cleared, inactive, resolved;
  // What brings a fault about may take its time: the alert may rise from `injected` on, and is late by
  // `in_place`.
  std::optional<TimePoint> in_place;
  std::optional<TimePoint> not_yet_firing;  // when it was looked at last before it fired
  std::optional<TimePoint> pending_since;   // of the last time that it was pending; `pending` is the first
  bool firing_now = false, pending_now = false, managed_now = false;
  std::size_t fell_back = 0;  // times that it was pending and then was not, before it fired
  std::vector<std::string> silenced_by, inhibited_by;  // where it is suppressed
  std::vector<std::string> managed_receivers;          // as Alertmanager says
  std::string notified_receiver;                       // as the message says
  std::size_t other_messages = 0, unreadable_messages = 0;
  std::vector<std::string> disturbed;           // of `unaffected`: those that became pending or fired
  std::optional<std::vector<Stretch>> history;  // absent: not asked, or it cannot be read
  // The value with which the condition holds although the alert is over; empty: it does not hold.
  std::string still_holds;
  // Why a server said nothing when it was asked last; empty: it did.
  std::string prometheus_trouble, manager_trouble;

 private:
  void note_state(bool pending_seen, bool firing_seen, std::optional<TimePoint> active, TimePoint seen);
  void see_message(const client::Message& message);
  void add_stretches(const PromSeries& series, std::vector<Stretch>& stretches) const;
  void see_unaffected(const std::vector<PromAlert>& alerts);
  void complete_by_history();
  Nanos gap() const;

  const LifecycleSettings& settings_;
  NoticeReader reader_;
  std::size_t messages_ = 0;
  Nanos offset_{0};
  TimePoint reference_{};
  WallTime reference_wall_;
};

// "silenced by 1", "inhibited by 2"; empty: it is not suppressed.
std::string suppressors(const LifecycleTimeline& timeline);

// Whether the labels are those of this alert.
bool is_of(const LifecycleSettings& settings, const Labels& labels);

}  // namespace assay::probes
