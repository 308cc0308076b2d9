#include <nlohmann/json.hpp>

#include "model/json_encode.h"

namespace assay {
namespace {

Json encode(const ProbeFact& fact) {
  return {{"state", name(fact.state)},
          {"what", fact.what},
          {"expected", fact.expected},
          {"observed", fact.observed},
          {"location", fact.location}};
}

Json encode(const ProbeExchange& exchange) {
  return {{"label", exchange.label},
          {"protocol", exchange.protocol},
          {"answer", exchange.answer},
          {"attempt", exchange.attempt},
          {"started_utc", exchange.started_utc},
          {"at_ns", exchange.at.count()},
          {"address", exchange.address},
          {"local", exchange.local},
          {"resolved_ns", exchange.resolved.count()},
          {"connected_ns", exchange.connected.count()},
          {"secured_ns", exchange.secured.count()},
          {"first_byte_ns", exchange.first_byte.count()},
          {"done_ns", exchange.done.count()}};
}

Json encode(const ProbeOutage& outage) {
  Json made = {{"first_failed_ns", outage.first_failed.count()},
               {"last_failed_ns", outage.last_failed.count()},
               {"ticks", outage.ticks},
               {"causes", outage.causes},
               {"phase", outage.phase},
               {"from_load", outage.from_load}};
  if (outage.good_before) made["good_before_ns"] = outage.good_before->count();
  if (outage.good_after) made["good_after_ns"] = outage.good_after->count();
  return made;
}

Json encode(const ProbeMilestone& moment) { return {{"what", moment.what}, {"at_ns", moment.at.count()}}; }

Json encode(const ProbeSeries& series);

template <class T>
Json encode_all(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(encode(value));
  return list;
}

Json encode(const ProbeSeries& series) {
  return {{"connection", series.connection},
          {"interval_ns", series.interval.count()},
          {"timeout_ns", series.timeout.count()},
          {"ticks", series.ticks},
          {"failed", series.failed},
          {"errors", series.errors},
          {"stale_retries", series.stale_retries},
          {"lateness_p50_ns", series.lateness_p50.count()},
          {"lateness_p99_ns", series.lateness_p99.count()},
          {"lateness_max_ns", series.lateness_max.count()},
          {"start_ns", series.start.count()},
          {"length_ns", series.length.count()},
          {"outages", encode_all(series.outages)},
          {"outages_in_all", series.outages_in_all},
          {"longest_outage_ns", series.longest_outage.count()},
          {"down_ns", series.down.count()}};
}

}  // namespace

Json encode(const ProbeResult& probe) {
  Json made = {{"name", probe.name},
               {"kind", probe.kind},
               {"target", probe.target},
               {"phase", name(probe.phase)},
               {"severity", name(probe.severity)},
               {"requirement", probe.requirement},
               {"location", probe.location},
               {"state", name(probe.state)},
               {"reason", probe.reason},
               {"started_utc", probe.started_utc},
               {"at_ns", probe.at.count()},
               {"duration_ns", probe.duration.count()},
               {"attempts", probe.attempts},
               {"measures", probe.measures},
               {"facts", encode_all(probe.facts)},
               {"exchanges", encode_all(probe.exchanges)},
               {"series", encode_all(probe.series)}};
  if (!probe.milestones.empty()) made["milestones"] = encode_all(probe.milestones);
  return made;
}

}  // namespace assay
