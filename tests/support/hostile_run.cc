#include "tests/support/hostile_run.h"

#include "tests/support/sample_run.h"

namespace assay::test_support {
namespace {

void spoil_probes(RunResult& result, const std::string& words) {
  result.probes.push_back(sample_alert());
  for (ProbeResult& probe : result.probes) {
    probe.name = probe.reason = probe.target = probe.requirement = probe.location = words;
    for (ProbeFact& fact : probe.facts) fact.what = fact.expected = fact.observed = words;
    for (ProbeExchange& exchange : probe.exchanges)
      exchange.label = exchange.answer = exchange.address = words;
    for (ProbeSeries& series : probe.series) series.connection = words;
  }
  // Its states are the way of an alert; any other milestone may say anything.
  result.probes.back().milestones.front().what = words;
}

void spoil_metrics(RunResult& result, const std::string& words) {
  result.server_metrics = sample_server_metrics();
  for (ServerMetric& metric : result.server_metrics) {
    metric.name = words;
    for (auto& source : metric.sources) source = MetricSource{{words}, words};
  }
}

void spoil_verdict(Verdict& verdict, const std::string& words) {
  verdict.reason = words;
  for (Finding& finding : verdict.findings) finding.sentence = finding.subject = finding.location = words;
  for (Limit& limit : verdict.limits) limit.evidence = limit.advice = words;
}

}  // namespace

RunRecord hostile_run(const std::string& words) {
  RunRecord record = sample_run();
  RunResult& result = record.result;
  result.name = result.description = result.gate_path = result.gate_text = words;
  result.command_line = {"assay", "run", words};
  result.overrides = {{words, words}};
  result.environment.ci = {{words, words}};
  for (TargetFacts& target : result.targets) {
    target.url = words;
    target.addresses = {words};
    if (target.tls) target.tls->subject = target.tls->issuer = words;
  }
  for (StepFacts& step : result.steps) step.name = step.scenario = step.target = words;
  for (LoadPhaseFacts& phase : result.load) phase.description = words;
  for (FailureExample& failure : result.failures) failure.detail = failure.location = words;
  spoil_probes(result, words);
  spoil_metrics(result, words);
  spoil_verdict(*record.verdict, words);
  return record;
}

std::string hostile_text() {
  return "</script></style></title><b onclick='x'><img src=x onerror=\"window.harmed=1\">\"]]>::error\x1b[31m"
         "\xe2\x80\xae\xff";
}

}  // namespace assay::test_support
