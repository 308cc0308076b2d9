#include <cmath>
#include <nlohmann/json.hpp>

#include "model/json_encode.h"

namespace assay {
namespace {

// JSON has no infinity: a number that is not finite is no number.
void put(Json& into, const char* key, const std::optional<double>& number) {
  if (number && std::isfinite(*number)) into[key] = encode_number(*number);
}

Json encode(const Influence& influence) {
  return {{"from_ns", influence.from.count()},
          {"until_ns", influence.until.count()},
          {"change_without", encode_number(influence.change_without)}};
}

Json encode(const stats::CorrelationTime& correlation) {
  return {{"time_s", encode_number(correlation.seconds)},
          {"low_s", encode_number(correlation.low)},
          {"high_s", encode_number(correlation.high)},
          {"source", name(correlation.source)}};
}

Json encode(const Basis& basis) {
  Json influences = Json::array();
  for (const Influence& influence : basis.influences) influences.push_back(encode(influence));
  Json made = {
      {"slots_used", basis.slots_used},           {"slots_left_out", basis.slots_left_out},
      {"slot_s", encode_number(basis.slot_s)},    {"slow_share_ratio", encode_number(basis.slow_share)},
      {"correlation", encode(basis.correlation)}, {"influences", std::move(influences)}};
  put(made, "calm_share_ratio", basis.calm_share);
  return made;
}

Json encode(const Finding& finding) {
  Json made = {{"kind", name(finding.kind)},         {"state", name(finding.state)},
               {"severity", name(finding.severity)}, {"subject", finding.subject},
               {"sentence", finding.sentence},       {"location", finding.location},
               {"unit", name(finding.unit)},         {"samples", finding.samples}};
  put(made, "value", finding.value);
  put(made, "limit", finding.limit);
  if (finding.limit_is_least) made["limit_is_least"] = true;
  if (finding.from) made["from_ns"] = finding.from->count();
  if (finding.until) made["until_ns"] = finding.until->count();
  put(made, "baseline", finding.baseline);
  put(made, "candidate", finding.candidate);
  put(made, "change", finding.change);
  put(made, "low", finding.low);
  put(made, "high", finding.high);
  put(made, "margin", finding.margin);
  put(made, "p_pass", finding.p_pass);
  put(made, "p_fail", finding.p_fail);
  put(made, "smallest_detectable", finding.smallest_detectable);
  put(made, "largest_passing", finding.largest_passing);
  put(made, "identical_pass_ratio", finding.identical_pass);
  put(made, "needed_s", finding.seconds_needed);
  put(made, "needed_rate_ratio", finding.rate_needed);
  put(made, "q_value", finding.q_value);
  if (finding.leaning) made["leaning"] = name(*finding.leaning);
  if (finding.less_is_worse) made["less_is_worse"] = true;
  if (finding.significant_within_margin) made["significant_within_margin"] = true;
  if (finding.basis) made["basis"] = encode(*finding.basis);
  return made;
}

Json encode(const Limit& limit) {
  return {{"resource", name(limit.resource)},
          {"evidence", limit.evidence},
          {"advice", limit.advice},
          {"from_ns", limit.from.count()},
          {"until_ns", limit.until.count()}};
}

Json encode(const LookRow& look) {
  return {{"number", look.number},
          {"of", look.of},
          {"fraction", encode_number(look.fraction)},
          {"pass_bound", encode_number(look.pass_bound)},
          {"fail_bound", encode_number(look.fail_bound)},
          {"pass_spent", encode_number(look.pass_spent)},
          {"fail_spent", encode_number(look.fail_spent)},
          {"p_pass", encode_number(look.p_pass)},
          {"p_fail", encode_number(look.p_fail)}};
}

}  // namespace

Json encode(const Verdict& verdict) {
  Json findings = Json::array();
  for (const Finding& finding : verdict.findings) findings.push_back(encode(finding));
  Json limits = Json::array();
  for (const Limit& limit : verdict.limits) limits.push_back(encode(limit));
  Json made = {{"grade", name(verdict.grade)},
               {"reason", verdict.reason},
               {"confidence_ratio", encode_number(verdict.confidence)},
               {"findings", std::move(findings)},
               {"limits", std::move(limits)}};
  if (verdict.undecided_passes) made["undecided_passes"] = true;
  if (verdict.looks.empty()) return made;
  Json looks = Json::array();
  for (const LookRow& look : verdict.looks) looks.push_back(encode(look));
  made["looks"] = std::move(looks);
  return made;
}

}  // namespace assay
