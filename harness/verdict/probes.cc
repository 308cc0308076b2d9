#include "verdict/probes.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::verdict {
namespace {

FindingState state_of(ProbeState state) {
  switch (state) {
    case ProbeState::pass:
    case ProbeState::warn:
      return FindingState::pass;
    case ProbeState::fail:
      return FindingState::fail;
    case ProbeState::skip:
      return FindingState::info;
    case ProbeState::error:
      break;
  }
  return FindingState::insufficient;
}

Finding finding_of(const ProbeResult& probe) {
  Finding finding;
  finding.kind = FindingKind::probe;
  finding.state = state_of(probe.state);
  finding.severity = probe.severity;
  finding.subject = "probe " + probe.name;
  const std::string requirement = probe.requirement.empty() ? "" : fmt::format(" ({})", probe.requirement);
  const std::string_view verb = probe.state == ProbeState::error  ? "could not be measured: "
                                : probe.state == ProbeState::warn ? "warning: "
                                                                  : "";
  finding.sentence = fmt::format("{}{}: {}{}", finding.subject, requirement, verb, probe.reason);
  finding.location = probe.location;
  finding.samples = std::max<std::uint64_t>(probe.exchanges.size(), 1);
  for (const ProbeSeries& series : probe.series) finding.samples = std::max(finding.samples, series.ticks);
  return finding;
}

}  // namespace

std::vector<Finding> probe_findings(const RunResult& result) {
  std::vector<Finding> findings;
  std::transform(result.probes.begin(), result.probes.end(), std::back_inserter(findings), finding_of);
  return findings;
}

}  // namespace assay::verdict
