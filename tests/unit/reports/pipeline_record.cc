#include "tests/unit/reports/pipeline_record.h"

#include <string>

#include "tests/support/sample_run.h"

namespace assay::test_support {
namespace {

Finding finding_of(const ProbeResult& probe) {
  Finding finding;
  finding.kind = FindingKind::probe;
  finding.state = probe.state == ProbeState::fail ? FindingState::fail : FindingState::insufficient;
  finding.severity = probe.severity;
  finding.subject = "probe " + probe.name;
  finding.sentence = finding.subject + ": " + probe.reason;
  finding.location = probe.location;
  return finding;
}

}  // namespace

const std::string_view kHostile =
    "]]></failure><b>&amp;\"'|`[x](javascript:alert(1))\n::error file=a::b\r\n##[error]c\x1b[31m\x9b"
    "2J\xe2\x80\xae@everyone #1 $(id) %0A[[ATTACHMENT|/etc/passwd]] https://evil.example "
    "\xff\xef\xbf\xbf,;\\# SKIP";

const reports::ReportOptions kInPipeline{
    .colour = false,
    .directory = "assay-runs/20260214T090000Z-invoices-canary",
    .page = "assay-runs/20260214T090000Z-invoices-canary/report.html",
    .root = "/builds/shop",
    .here = "/builds/shop/deploy",
    .artifacts_url = "https://gitlab.example/shop/-/jobs/7/artifacts/file",
    .exit_code = 1};

RunRecord run_with_probes() {
  RunRecord record = sample_run();
  for (const ProbeResult& probe : record.result.probes) record.verdict->findings.push_back(finding_of(probe));
  return record;
}

RunRecord hostile_run() {
  RunRecord record = run_with_probes();
  RunResult& result = record.result;
  const std::string hostile(kHostile);
  result.name = result.id = result.description = result.gate_path = hostile;
  result.environment.assay_version = hostile;
  for (TargetFacts& target : result.targets) target.url = hostile;
  for (StepFacts& step : result.steps) step.name = step.scenario = hostile;
  for (FailureExample& failure : result.failures)
    failure.detail = hostile, failure.location = hostile + ":3:1";
  for (ProbeResult& probe : result.probes) {
    probe.name = probe.kind = probe.reason = probe.target = probe.requirement = hostile;
    for (ProbeFact& fact : probe.facts) fact.what = fact.expected = fact.observed = hostile;
    for (ProbeExchange& exchange : probe.exchanges)
      exchange.answer = exchange.label = exchange.address = hostile;
  }
  record.verdict->reason = hostile;
  for (Finding& finding : record.verdict->findings) {
    finding.subject = finding.kind == FindingKind::probe ? "probe " + hostile : hostile;
    finding.sentence = hostile;
    finding.location = hostile + ":7:1";
  }
  for (ProbeResult& probe : result.probes) probe.location = hostile + ":7:1";
  for (Limit& limit : record.verdict->limits) limit.evidence = limit.advice = hostile;
  return record;
}

}  // namespace assay::test_support
