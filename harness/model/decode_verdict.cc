#include "model/json_decode.h"

namespace assay {
namespace {

void decode(const JsonNode& node, Influence& into) {
  node.read("from_ns", into.from);
  node.read("until_ns", into.until);
  node.read("change_without", into.change_without);
}

void decode(const JsonNode& node, stats::CorrelationTime& into) {
  node.read("time_s", into.seconds);
  node.read("low_s", into.low);
  node.read("high_s", into.high);
  node.at("source").read_name(into.source, correlation_source_from);
}

void decode(const JsonNode& node, Basis& into) {
  node.read("slots_used", into.slots_used);
  node.read("slots_left_out", into.slots_left_out);
  node.read("slot_s", into.slot_s);
  node.read("slow_share_ratio", into.slow_share);
  decode(node.at("correlation"), into.correlation);
  node.read("calm_share_ratio", into.calm_share);
  const JsonNode influences = node.at("influences");
  into.influences.resize(influences.size());
  for (std::size_t i = 0; i < into.influences.size(); ++i) decode(influences.item(i), into.influences[i]);
}

void decode(const JsonNode& node, Finding& into) {
  node.at("kind").read_name(into.kind, finding_kind_from);
  node.at("state").read_name(into.state, finding_state_from);
  node.at("severity").read_name(into.severity, severity_from);
  node.read("subject", into.subject);
  node.read("sentence", into.sentence);
  node.read("location", into.location);
  node.at("unit").read_name(into.unit, unit_from);
  node.read("samples", into.samples);
  node.read("value", into.value);
  node.read("limit", into.limit);
  if (node.has("limit_is_least")) node.read("limit_is_least", into.limit_is_least);
  node.read("from_ns", into.from);
  node.read("until_ns", into.until);
  node.read("baseline", into.baseline);
  node.read("candidate", into.candidate);
  node.read("change", into.change);
  node.read("low", into.low);
  node.read("high", into.high);
  node.read("margin", into.margin);
  node.read("p_pass", into.p_pass);
  node.read("p_fail", into.p_fail);
  node.read("smallest_detectable", into.smallest_detectable);
  node.read("largest_passing", into.largest_passing);
  node.read("identical_pass_ratio", into.identical_pass);
  node.read("needed_s", into.seconds_needed);
  node.read("needed_rate_ratio", into.rate_needed);
  node.read("q_value", into.q_value);
  if (node.has("leaning")) node.at("leaning").read_name(into.leaning.emplace(), leaning_from);
  if (node.has("less_is_worse")) node.read("less_is_worse", into.less_is_worse);
  if (node.has("significant_within_margin"))
    node.read("significant_within_margin", into.significant_within_margin);
  if (node.has("basis")) decode(node.at("basis"), into.basis.emplace());
}

void decode(const JsonNode& node, Limit& into) {
  node.at("resource").read_name(into.resource, resource_from);
  node.read("evidence", into.evidence);
  node.read("advice", into.advice);
  node.read("from_ns", into.from);
  node.read("until_ns", into.until);
}

void decode(const JsonNode& node, LookRow& into) {
  node.read("number", into.number);
  node.read("of", into.of);
  node.read("fraction", into.fraction);
  node.read("pass_bound", into.pass_bound);
  node.read("fail_bound", into.fail_bound);
  node.read("pass_spent", into.pass_spent);
  node.read("fail_spent", into.fail_spent);
  node.read("p_pass", into.p_pass);
  node.read("p_fail", into.p_fail);
}

}  // namespace

void decode(const JsonNode& node, Verdict& into) {
  node.at("grade").read_name(into.grade, grade_from);
  node.read("reason", into.reason);
  node.read("confidence_ratio", into.confidence);
  if (node.has("undecided_passes")) node.read("undecided_passes", into.undecided_passes);
  const JsonNode findings = node.at("findings");
  into.findings.resize(findings.size());
  for (std::size_t i = 0; i < into.findings.size(); ++i) decode(findings.item(i), into.findings[i]);
  if (node.has("looks")) {
    const JsonNode looks = node.at("looks");
    into.looks.resize(looks.size());
    for (std::size_t i = 0; i < into.looks.size(); ++i) decode(looks.item(i), into.looks[i]);
  }
  const JsonNode limits = node.at("limits");
  into.limits.resize(limits.size());
  for (std::size_t i = 0; i < into.limits.size(); ++i) decode(limits.item(i), into.limits[i]);
}

}  // namespace assay
