#include "reports/run_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/units.h"

namespace assay::reports {
namespace {

EventLane outages_of(const ProbeResult& probe, const ProbeSeries& series, Nanos lead) {
  EventLane lane;
  for (const ProbeOutage& outage : series.outages) {
    lane.events.push_back({EventKind::outage, outage_begin(outage, series) - lead,
                           outage_end(outage, series) - lead,
                           fmt::format("out for at most {}{}{}", format_duration(at_most(outage, series)),
                                       outage.causes.empty() ? "" : ": ", causes_text(outage))});
  }
  const std::string connection =
      series.connection.empty() ? "" : fmt::format(", {} connections", series.connection);
  lane.name = fmt::format("probe {}{}: {} outage{}, the longest at most {}", probe.name, connection,
                          series.outages_in_all, series.outages_in_all == 1 ? "" : "s",
                          format_duration(series.longest_outage));
  return lane;
}

std::optional<Nanos> milestone(const ProbeResult& probe, std::string_view what) {
  const auto found = std::find_if(probe.milestones.begin(), probe.milestones.end(),
                                  [&](const ProbeMilestone& one) { return one.what == what; });
  if (found == probe.milestones.end()) return std::nullopt;
  return found->at;
}

// An alert is pending until it fires, and fires until it is resolved.
EventLane alert_of(const ProbeResult& probe, Nanos lead, Nanos end) {
  EventLane lane;
  const auto pending = milestone(probe, "pending"), firing = milestone(probe, "firing"),
             resolved = milestone(probe, "resolved");
  const Nanos last = resolved ? *resolved - lead : end;
  if (pending)
    lane.events.push_back(
        {EventKind::pending, *pending - lead, firing ? *firing - lead : last, "alert pending"});
  if (firing) lane.events.push_back({EventKind::firing, *firing - lead, last, "alert firing"});
  lane.name = "alert of probe " + probe.name + (firing ? ": fired" : ": did not fire");
  return lane;
}

EventLane window_of(const Finding& finding) {
  return {"worst window of " + finding.subject,
          {{EventKind::window, *finding.from, *finding.until, finding.sentence}}};
}

class LaneCollector {
 public:
  LaneCollector(Nanos end, std::size_t most) : end_(end), most_(most) {}

  void add(EventLane lane) {
    std::erase_if(lane.events,
                  [&](const RunEvent& event) { return event.until < Nanos{0} || event.from > end_; });
    if (!lane.events.empty() && lanes_.size() < most_) lanes_.push_back(std::move(lane));
  }
  std::vector<EventLane> take() { return std::move(lanes_); }

 private:
  Nanos end_;
  std::size_t most_;
  std::vector<EventLane> lanes_;
};

}  // namespace

std::string causes_text(const ProbeOutage& outage) {
  std::string words;
  for (const auto& [cause, count] : outage.causes)
    words += fmt::format("{}{} x{}", words.empty() ? "" : ", ", cause, count);
  return words;
}

std::vector<EventLane> event_lanes(const RunRecord& record, Nanos end, std::size_t most) {
  const RunResult& result = record.result;
  LaneCollector lanes(end, most);
  for (const ProbeResult& probe : result.probes) {
    for (const ProbeSeries& series : probe.series) lanes.add(outages_of(probe, series, result.probes_lead));
    if (!probe.milestones.empty()) lanes.add(alert_of(probe, result.probes_lead, end));
  }
  if (record.verdict) {
    for (const Finding& finding : record.verdict->findings)
      if (finding.from && finding.until && finding.state == FindingState::fail) lanes.add(window_of(finding));
  }
  if (result.early_stop)
    lanes.add({"ended early", {{EventKind::ended, result.early_stop->at, end, result.early_stop->reason}}});
  return lanes.take();
}

}  // namespace assay::reports
