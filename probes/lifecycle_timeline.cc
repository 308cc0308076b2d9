#include "probes/lifecycle_timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "probes/judgement.h"

namespace assay::probes {
namespace {

TimePoint end_of(const client::Answer& answer) { return answer.started + answer.phases.done; }

Nanos nanos(double seconds) { return Nanos(static_cast<std::int64_t>(seconds * 1e9)); }

// What a server said; else `trouble` is why it says nothing.
template <class Found>
Read<Found> said(const client::Answer& answer, Read<Found> (*read)(const client::HttpAnswer&),
                 std::string& trouble) {
  const bool answered = answer.ok() && answer.http() != nullptr;
  Read<Found> found =
      answered ? read(*answer.http())
               : Read<Found>(Unexpected(fmt::format("{}: {}", name(answer.trouble), answer.problem)));
  trouble = found ? std::string() : std::string(found.error());
  return found;
}

}  // namespace

bool is_of(const LifecycleSettings& settings, const Labels& labels) {
  return has_all(labels, {{"alertname", settings.alert}}) && has_all(labels, settings.labels);
}

std::string suppressors(const LifecycleTimeline& timeline) {
  if (!timeline.silenced_by.empty()) return "silenced by " + listed(timeline.silenced_by);
  return timeline.inhibited_by.empty() ? "" : "inhibited by " + listed(timeline.inhibited_by);
}

// Theirs is the time in the middle of the exchange, give or take half of it.
void LifecycleTimeline::set_clock(const client::Answer& answer) {
  reference_ = answer.started;
  reference_wall_ = answer.started_wall;
  if (answer.http() == nullptr) return;
  const auto read = read_query(*answer.http());
  if (!read || read->series.empty() || read->series[0].points.empty()) return;
  const Nanos theirs = nanos(read->series[0].points[0].value);
  const Nanos ours = answer.started_wall.time_since_epoch() + answer.phases.done / 2;
  offset_ = theirs - ours;
}

TimePoint LifecycleTimeline::local(WallTime of_server) const {
  return reference_ + std::chrono::duration_cast<Nanos>(of_server - reference_wall_) - offset_;
}

void LifecycleTimeline::see_alerts(const client::Answer& answer) {
  const auto alerts = said(answer, read_alerts, prometheus_trouble);
  if (!alerts) return;
  bool pending_seen = false, firing_seen = false;
  std::optional<TimePoint> active;
  for (const PromAlert& alert : *alerts) {
    if (!is_of(settings_, alert.labels)) continue;
    pending_seen = pending_seen || alert.state == "pending";
    firing_seen = firing_seen || alert.state == "firing";
    if (alert.active_at) active = std::min(active.value_or(TimePoint::max()), local(*alert.active_at));
  }
  if (!firing && !firing_seen) not_yet_firing = answer.started;
  note_state(pending_seen, firing_seen, active, end_of(answer));
  see_unaffected(*alerts);
}

void LifecycleTimeline::note_state(bool pending_seen, bool firing_seen, std::optional<TimePoint> active,
                                   TimePoint seen) {
  if (pending_now && !pending_seen && !firing_seen && !firing && !cleared) ++fell_back;
  pending_now = pending_seen;
  firing_now = firing_seen;
  if (!injected) return;
  // It does not move when it begins to fire.
  if ((pending_seen || firing_seen) && !firing) pending_since = active.value_or(seen);
  if (!pending) pending = pending_since;
  if (firing_seen && !firing) firing = seen;
  if (firing_seen || pending_seen) inactive.reset();
  if (cleared && !firing_seen && !pending_seen && !inactive) inactive = seen;
}

void LifecycleTimeline::see_unaffected(const std::vector<PromAlert>& alerts) {
  if (!injected) return;
  for (const PromAlert& alert : alerts) {
    const auto found = alert.labels.find("alertname");
    if (found == alert.labels.end()) continue;
    const auto& names = settings_.unaffected;
    const bool watched = std::find(names.begin(), names.end(), found->second) != names.end();
    const bool known = std::find(disturbed.begin(), disturbed.end(), found->second) != disturbed.end();
    if (watched && !known) disturbed.push_back(found->second);
  }
}

void LifecycleTimeline::see_managed(const client::Answer& answer) {
  const auto alerts = said(answer, read_managed_alerts, manager_trouble);
  if (!alerts) return;
  managed_now = false;
  for (const ManagedAlert& alert : *alerts) {
    if (!is_of(settings_, alert.labels)) continue;
    managed_now = true;
    if (!injected) continue;
    if (!managed) managed = end_of(answer);
    managed_receivers = alert.receivers;
    silenced_by = alert.silenced_by;
    inhibited_by = alert.inhibited_by;
  }
}

void LifecycleTimeline::see_messages(const client::Answer& answer) {
  if (answer.inbox() == nullptr) return;
  for (const client::Message& message : answer.inbox()->messages) see_message(message);
}

void LifecycleTimeline::see_message(const client::Message& message) {
  ++messages_;
  const std::vector<Notice> notices = reader_.read(message);
  if (notices.empty()) ++unreadable_messages;
  bool ours = notices.empty();
  for (const Notice& notice : notices) {
    if (!is_about(notice, settings_.alert, settings_.labels)) continue;
    ours = true;
    if (notice.firing && !notified) {
      notified = message.came;
      notified_receiver = notice.receiver;
    }
    if (!notice.firing && notified && cleared && !resolved) resolved = message.came;
  }
  if (!ours) ++other_messages;
}

void LifecycleTimeline::see_history(const client::Answer& answer) {
  const auto read = said(answer, read_query, prometheus_trouble);
  if (!read) return;
  std::vector<Stretch> stretches;
  for (const PromSeries& series : read->series)
    if (is_of(settings_, series.labels) && !series.points.empty()) add_stretches(series, stretches);
  std::sort(stretches.begin(), stretches.end(),
            [](const Stretch& a, const Stretch& b) { return a.from < b.from; });
  history = std::move(stretches);
  complete_by_history();
}

// An alert also ends when its series is not scraped for a moment, with the fault still there.
void LifecycleTimeline::see_condition(const client::Answer& answer) {
  const auto read = said(answer, read_query, prometheus_trouble);
  if (!read || !groundwork.rule) return;
  for (const PromSeries& series : read->series) {
    Labels labels = series.labels;
    for (const auto& [label, value] : groundwork.rule->labels) labels[label] = value;
    labels["alertname"] = settings_.alert;
    if (is_of(settings_, labels) && !series.points.empty())
      still_holds = fmt::format("{}", series.points.back().value);
  }
}

// Polls may be too rare to see an alert that was active for a moment only.
void LifecycleTimeline::complete_by_history() {
  if (!injected || history->empty()) return;
  if (!pending) {
    pending = pending_since = history->front().from;
    if (cleared) inactive = std::max(history->back().until, *cleared);
  }
  const auto fires =
      std::find_if(history->begin(), history->end(), [](const Stretch& one) { return one.firing; });
  if (!firing && fires != history->end()) firing = fires->from;
  if (firing || !cleared) return;
  // Not because the fault was taken back.
  const auto fell = std::count_if(history->begin(), history->end(),
                                  [&](const Stretch& one) { return one.until + gap() < *cleared; });
  fell_back = std::max(fell_back, static_cast<std::size_t>(fell));
}

// Samples are written at each evaluation; a longer silence is an end.
Nanos LifecycleTimeline::gap() const {
  return groundwork.rule ? 3 * groundwork.rule->interval : Nanos(std::chrono::minutes(1));
}

void LifecycleTimeline::add_stretches(const PromSeries& series, std::vector<Stretch>& stretches) const {
  const auto moment = [&](const PromPoint& point) {
    return local(WallTime(std::chrono::duration_cast<WallTime::duration>(nanos(point.at_s))));
  };
  const auto state = series.labels.find("alertstate");
  const bool is_firing = state != series.labels.end() && state->second == "firing";
  Stretch stretch{is_firing, moment(series.points.front()), moment(series.points.front())};
  const auto add = [&] {
    if (!injected || stretch.until >= *injected) stretches.push_back(stretch);
  };
  for (const PromPoint& point : series.points) {
    if (moment(point) - stretch.until > gap()) {
      add();
      stretch.from = moment(point);
    }
    stretch.until = moment(point);
  }
  add();
}

}  // namespace assay::probes
