#include "probes/lifecycle_judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/units.h"
#include "probes/lifecycle_hops.h"

namespace assay::probes {
namespace {

class LifecycleJudge {
 public:
  LifecycleJudge(const LifecycleSettings& settings, const LifecycleTimeline& timeline,
                 const std::string& broken, Judgement& judgement)
      : settings_(settings),
        timeline_(timeline),
        broken_(broken),
        limits_(limits_of(settings, timeline.groundwork)),
        judgement_(judgement) {}

  void judge() {
    judge_rise();
    if (settings_.is_synthetic())
      judgement_.add(ProbeState::pass, "rule", "", "not looked at: a posted alert proves the route only");
    judge_pending();
    judge_fall();
    judge_history();
    if (!settings_.unaffected.empty())
      judgement_.require(
          timeline_.disturbed.empty(), "other alerts", "as they were: " + listed(settings_.unaffected),
          timeline_.disturbed.empty() ? "as they were" : "became active: " + listed(timeline_.disturbed));
    note_milestones();
  }

 private:
  // The first hop that did not come says why; what follows it cannot have come.
  void judge_rise() {
    bool reached = true;
    const auto hop = [&](const char* what, const char* key, const std::optional<TimePoint>& came,
                         Nanos limit) {
      const std::string expected = "within " + format_duration(limit);
      if (!reached)
        return judgement_.add(ProbeState::skip, what, expected, "not reached", settings_.place(key));
      reached = came.has_value();
      if (!came)
        return judgement_.require(false, what, expected, "not at all: " + broken_, settings_.place(key));
      const Nanos took = std::max(*came - *timeline_.in_place, Nanos(0));
      judgement_.note({std::string(what) + "_seconds", std::chrono::duration<double>(took).count(), {}});
      const bool is_late = took > limit;
      judgement_.require(!is_late, what, expected,
                         "after " + format_duration(took) + note_of(key) + (is_late ? why_late(key) : ""),
                         settings_.place(key));
    };
    if (!settings_.is_synthetic()) {
      hop("pending", "pending_within", timeline_.pending, limits_.pending);
      hop("firing", "firing_within", exact_firing(), limits_.firing);
    }
    hop("in Alertmanager", "", timeline_.managed, limits_.notified);
    if (settings_.receiver) hop("notified", "notified_within", timeline_.notified, limits_.notified);
    if (!settings_.receiver && timeline_.managed && !broken_.empty())
      judgement_.require(false, "in Alertmanager", "active", broken_);
  }

  // Alertmanager's own word for where the message came from.
  std::string note_of(std::string_view key) const {
    if (key != "notified_within" || timeline_.notified_receiver.empty()) return {};
    return " by receiver " + timeline_.notified_receiver;
  }

  std::string why_late(std::string_view key) const {
    return key == "notified_within" && !broken_.empty() ? "; " + broken_ : std::string();
  }

  void judge_pending() {
    if (settings_.is_synthetic() || !timeline_.firing || !timeline_.pending) return;
    Nanos lasted = *timeline_.firing - timeline_.pending_since.value_or(*timeline_.pending);
    if (const auto exact = pending_in_history()) lasted = *exact;
    if (settings_.min_pending > Nanos(0))
      judgement_.require(lasted + timeline_.groundwork.rule->interval >= settings_.min_pending,
                         "time pending", "at least " + format_duration(settings_.min_pending),
                         format_duration(lasted), settings_.place("min_pending"));
    judgement_.require(timeline_.fell_back == 0, "episodes", "one",
                       timeline_.fell_back == 0
                           ? "one"
                           : fmt::format("it fell back {} times before it fired", timeline_.fell_back));
    if (settings_.receiver && !settings_.receiver->name.empty() && !timeline_.notified_receiver.empty())
      judgement_.require(timeline_.notified_receiver == settings_.receiver->name, "receiver",
                         settings_.receiver->name, timeline_.notified_receiver);
  }

  // Polls see a state later than it came; the history has the evaluation itself.
  std::optional<TimePoint> exact_firing() const {
    const Stretch* fires = first_firing();
    return fires != nullptr && agrees(*fires) ? std::max(fires->from, *timeline_.injected) : timeline_.firing;
  }
  std::optional<TimePoint> exact_inactive() const {
    const Stretch* fires = first_firing();
    if (fires == nullptr || !timeline_.inactive) return timeline_.inactive;
    const TimePoint last = std::max(timeline_.history->back().until, *timeline_.cleared);
    return std::min(last + timeline_.groundwork.rule->interval, *timeline_.inactive);
  }

  const Stretch* first_firing() const {
    if (!timeline_.history) return nullptr;
    const auto& all = *timeline_.history;
    const auto found = std::find_if(all.begin(), all.end(), [](const Stretch& one) { return one.firing; });
    return found == all.end() ? nullptr : &*found;
  }
  // It began to fire between two looks, which may lie further apart than `poll` where this machine is busy.
  bool agrees(const Stretch& fires) const {
    if (!timeline_.firing) return false;
    const TimePoint earliest =
        std::min(timeline_.not_yet_firing.value_or(*timeline_.firing), *timeline_.firing);
    return fires.from <= *timeline_.firing + tolerance() && earliest <= fires.from + tolerance();
  }

  // From the first sample that is pending to the first that fires.
  std::optional<Nanos> pending_in_history() const {
    const Stretch* fires = first_firing();
    if (fires == nullptr || fires == timeline_.history->data()) return std::nullopt;
    return fires->from - std::prev(fires)->from;
  }

  void judge_fall() {
    if (!timeline_.cleared) return;
    const auto hop = [&](const char* what, const char* key, const std::optional<TimePoint>& came, Nanos limit,
                         const std::string& why) {
      const std::string expected = "within " + format_duration(limit);
      if (!came) return judgement_.require(false, what, expected, "not at all: " + why, settings_.place(key));
      const Nanos took = std::max(*came - *timeline_.cleared, Nanos(0));
      judgement_.note({std::string(what) + "_seconds", std::chrono::duration<double>(took).count(), {}});
      judgement_.require(took <= limit, what, expected, "after " + format_duration(took),
                         settings_.place(key));
    };
    if (timeline_.pending)
      hop("resolved", "resolved_within", exact_inactive(), limits_.inactive, why_no_fall());
    if (!timeline_.still_holds.empty())
      judgement_.require(false, "condition", "over with the alert",
                         "it holds still, with the value " + timeline_.still_holds +
                             ": the fault is still there, and the alert ended for want of samples");
    if (!timeline_.notified) return;
    hop("end notified", "resolved_notified_within", timeline_.resolved, limits_.resolved, why_no_end());
  }

  std::string why_no_fall() const {
    if (!timeline_.prometheus_trouble.empty())
      return "Prometheus does not answer any more: " + timeline_.prometheus_trouble;
    return "it is still " + std::string(timeline_.firing_now ? "firing" : "pending");
  }

  std::string why_no_end() const {
    const auto& silent = timeline_.groundwork.silent;
    if (!silent.empty()) return "send_resolved is false for " + listed(silent);
    if (!settings_.is_synthetic() && !timeline_.inactive) return "the alert did not end";
    if (!timeline_.manager_trouble.empty())
      return "Alertmanager does not answer any more: " + timeline_.manager_trouble;
    if (const std::string by = suppressors(timeline_); !by.empty())
      return "Alertmanager suppresses it: " + by;
    return fmt::format("nothing came; Alertmanager tells of it with the group, each {}",
                       format_duration(timeline_.groundwork.group_interval));
  }

  // The same words as the facts, so that a report can put them on one line of time.
  void note_milestones() {
    const auto note = [&](const char* what, const std::optional<TimePoint>& when) {
      if (when) judgement_.note(Milestone{what, *when});
    };
    note("fault", timeline_.injected);
    note("pending", timeline_.pending);
    note("firing", exact_firing());
    note("in Alertmanager", timeline_.managed);
    note("notified", timeline_.notified);
    note("fault taken back", timeline_.cleared);
    if (timeline_.pending) note("resolved", exact_inactive());
    note("end notified", timeline_.resolved);
  }

  // What was seen on the way and what Prometheus remembers must be the same story.
  void judge_history() {
    if (settings_.is_synthetic() || !timeline_.firing) return;
    if (!timeline_.history)
      return judgement_.could_not("history", timeline_.prometheus_trouble.empty()
                                                 ? "it was not asked"
                                                 : timeline_.prometheus_trouble);
    const Stretch* fires = first_firing();
    if (fires == nullptr)
      return judgement_.require(false, "history", "the same story", "ALERTS never shows it firing");
    const bool same = agrees(*fires);
    judgement_.require(
        same, "history", "the same story",
        fmt::format(
            "ALERTS shows it firing {} after the fault{}",
            format_duration(std::max(fires->from - *timeline_.in_place, Nanos(0))),
            same ? ""
                 : fmt::format(", the rules {}", format_duration(*timeline_.firing - *timeline_.in_place))));
  }

  // It is polled; and what it is at an evaluation is shown from then on.
  Nanos tolerance() const {
    return 2 * settings_.poll + 2 * timeline_.groundwork.rule->interval + std::chrono::seconds(1);
  }

  const LifecycleSettings& settings_;
  const LifecycleTimeline& timeline_;
  const std::string& broken_;
  LifecycleLimits limits_;
  Judgement& judgement_;
};

}  // namespace

void judge_lifecycle(const LifecycleSettings& settings, const LifecycleTimeline& timeline,
                     const std::string& broken, Judgement& judgement) {
  LifecycleJudge(settings, timeline, broken, judgement).judge();
}

}  // namespace assay::probes
