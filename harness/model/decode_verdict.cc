#include "model/json_decode.h"

namespace assay {
namespace {

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
  node.read("baseline", into.baseline);
  node.read("candidate", into.candidate);
  node.read("change", into.change);
  node.read("low", into.low);
  node.read("high", into.high);
  node.read("margin", into.margin);
  node.read("p_pass", into.p_pass);
  node.read("smallest_detectable", into.smallest_detectable);
  node.read("needed_s", into.seconds_needed);
}

void decode(const JsonNode& node, Limit& into) {
  node.at("resource").read_name(into.resource, resource_from);
  node.read("evidence", into.evidence);
  node.read("advice", into.advice);
  node.read("from_ns", into.from);
  node.read("until_ns", into.until);
}

}  // namespace

void decode(const JsonNode& node, Verdict& into) {
  node.at("grade").read_name(into.grade, grade_from);
  node.read("reason", into.reason);
  node.read("confidence_ratio", into.confidence);
  const JsonNode findings = node.at("findings");
  into.findings.resize(findings.size());
  for (std::size_t i = 0; i < into.findings.size(); ++i) decode(findings.item(i), into.findings[i]);
  const JsonNode limits = node.at("limits");
  into.limits.resize(limits.size());
  for (std::size_t i = 0; i < into.limits.size(); ++i) decode(limits.item(i), into.limits[i]);
}

}  // namespace assay
