#include "reports/json_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/summary.h"

namespace assay::reports {
namespace {

using Json = nlohmann::ordered_json;

// Of steps, kinds of failures and parts that stand out: what is beyond is counted, so that a result with many
// steps does not make a report that nobody can read in.
constexpr std::size_t kMostItems = 1000;

// Absent numbers are left out, so that no reader mistakes them for zero.
void put(Json& object, const char* key, const std::optional<double>& value) {
  if (value) object[key] = *value;
}

Json correlation_json(const stats::CorrelationTime& correlation) {
  return {{"time_s", correlation.seconds},
          {"low_s", correlation.low},
          {"high_s", correlation.high},
          {"source", name(correlation.source)}};
}

Json basis_json(const Basis& basis) {
  Json influences = Json::array();
  for (const Influence& influence : basis.influences) {
    influences.push_back({{"from_s", seconds(influence.from)},
                          {"until_s", seconds(influence.until)},
                          {"change_without", influence.change_without}});
  }
  Json json = {{"slots_used", basis.slots_used},
               {"slots_left_out", basis.slots_left_out},
               {"slot_s", basis.slot_s},
               {"slow_share_ratio", basis.slow_share},
               {"correlation", correlation_json(basis.correlation)},
               {"influences", std::move(influences)}};
  put(json, "calm_share_ratio", basis.calm_share);
  return json;
}

Json finding_json(const Finding& finding) {
  Json json = {{"kind", name(finding.kind)},         {"state", name(finding.state)},
               {"severity", name(finding.severity)}, {"subject", finding.subject},
               {"sentence", finding.sentence},       {"location", finding.location},
               {"unit", name(finding.unit)},         {"samples", finding.samples}};
  put(json, "value", finding.value);
  put(json, "limit", finding.limit);
  put(json, "baseline", finding.baseline);
  put(json, "candidate", finding.candidate);
  put(json, "change", finding.change);
  put(json, "low", finding.low);
  put(json, "high", finding.high);
  put(json, "margin", finding.margin);
  put(json, "p_pass", finding.p_pass);
  put(json, "p_fail", finding.p_fail);
  put(json, "smallest_detectable", finding.smallest_detectable);
  put(json, "largest_passing", finding.largest_passing);
  put(json, "identical_pass_ratio", finding.identical_pass);
  put(json, "seconds_needed", finding.seconds_needed);
  put(json, "rate_needed_ratio", finding.rate_needed);
  put(json, "q_value", finding.q_value);
  if (finding.leaning) json["leaning"] = name(*finding.leaning);
  if (finding.significant_within_margin) json["significant_within_margin"] = true;
  if (finding.basis) json["basis"] = basis_json(*finding.basis);
  return json;
}

Json limit_json(const Limit& limit) {
  return {{"resource", name(limit.resource)},
          {"evidence", limit.evidence},
          {"advice", limit.advice},
          {"from_s", seconds(limit.from)},
          {"until_s", seconds(limit.until)}};
}

Json look_json(const LookRow& look) {
  return {{"number", look.number},         {"of", look.of},
          {"fraction", look.fraction},     {"p_pass", look.p_pass},
          {"pass_bound", look.pass_bound}, {"p_fail", look.p_fail},
          {"fail_bound", look.fail_bound}, {"pass_spent", look.pass_spent},
          {"fail_spent", look.fail_spent}};
}

Json early_stop_json(const RunResult& result) {
  if (!result.early_stop) return nullptr;
  const EarlyStop& stop = *result.early_stop;
  return {{"cause", name(stop.cause)}, {"at_s", seconds(stop.at)}, {"reason", stop.reason}};
}

Json verdict_json(const RunRecord& record) {
  if (!record.verdict) return nullptr;
  Json findings = Json::array();
  std::size_t parts = 0;
  for (const Finding& finding : record.verdict->findings)
    if (finding.kind != FindingKind::breakdown || ++parts <= kMostItems)
      findings.push_back(finding_json(finding));
  Json limits = Json::array();
  for (const Limit& limit : record.verdict->limits) limits.push_back(limit_json(limit));
  Json looks = Json::array();
  for (const LookRow& look : record.verdict->looks) looks.push_back(look_json(look));
  return {{"grade", name(record.verdict->grade)},
          {"reason", record.verdict->reason},
          {"confidence_ratio", record.verdict->confidence},
          {"early_stop", early_stop_json(record.result)},
          {"looks", std::move(looks)},
          {"findings", std::move(findings)},
          {"parts_left_out", parts - std::min(parts, kMostItems)},
          {"limits", std::move(limits)}};
}

Json step_json(const StepRow& row) {
  return {{"scenario", row.scenario}, {"step", row.step},     {"arm", name(row.arm)},
          {"requests", row.requests}, {"failed", row.failed}, {"rate_per_s", row.per_s},
          {"p50_ns", row.p50},        {"p95_ns", row.p95},    {"p99_ns", row.p99},
          {"max_ns", row.max}};
}

Json metric_json(const MetricRow& row) {
  Json json = {{"metric", row.label}, {"unit", name(row.unit)}};
  put(json, "baseline", row.baseline);
  put(json, "candidate", row.candidate);
  return json;
}

Json failure_json(const RunResult& result, const FailureExample& failure) {
  return {{"outcome", name(failure.outcome)},
          {"arm", name(failure.arm)},
          {"step", failure.step < result.steps.size() ? result.steps[failure.step].name : ""},
          {"count", failure.count},
          {"detail", failure.detail},
          {"location", failure.location}};
}

Json health_json(const HealthSummary& health) {
  return {{"workers", health.workers},
          {"intended", health.intended},
          {"started", health.started},
          {"shed", health.shed},
          {"waited", health.waited},
          {"peak_in_flight", health.peak_in_flight},
          {"dispatch_lag_p50_ns", health.lag_p50},
          {"dispatch_lag_p99_ns", health.lag_p99},
          {"dispatch_lag_max_ns", health.lag_max},
          {"busiest_worker_ratio", health.busiest_worker_ratio}};
}

}  // namespace

std::string write_json_report(const RunRecord& record, const ReportOptions& options) {
  const RunResult& result = record.result;
  const Summary summary = summarise(record);
  Json json = {{"report_version", 1},
               {"run", result.id},
               {"gate", result.name},
               {"started_utc", result.started_utc},
               {"seed", result.seed},
               {"segment", {{"index", result.segment.index}, {"count", result.segment.count}}},
               {"directory", options.directory},
               {"verdict", verdict_json(record)},
               {"judged_s", summary.judged_seconds},
               {"requests", summary.requests},
               {"failed", summary.failed},
               {"warm_up_requests", result.warm_up_requests},
               {"metrics", Json::array()},
               {"steps", Json::array()},
               {"steps_left_out", 0},
               {"failures", Json::array()},
               {"failures_left_out", 0},
               {"generator", health_json(summary.health)}};
  for (const MetricRow& row : summary.metrics) json["metrics"].push_back(metric_json(row));
  const std::vector<const StepRow*> steps = noteworthy_steps(summary, kMostItems);
  for (const StepRow* row : steps) json["steps"].push_back(step_json(*row));
  json["steps_left_out"] = (summary.steps.size() - steps.size()) / summary.rows_per_step();
  const std::vector<const FailureExample*> failures = noteworthy_failures(result, kMostItems);
  for (const FailureExample* failure : failures) json["failures"].push_back(failure_json(result, *failure));
  json["failures_left_out"] = result.failures.size() - failures.size();
  // What servers answered may not be UTF-8; a report must not fail over it.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::reports
