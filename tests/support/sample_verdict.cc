#include "model/filter.h"
#include "tests/support/sample_run.h"

namespace assay::test_support {
namespace {

using namespace std::chrono_literals;

double quantile(const RunResult& result, Arm arm, double q) {
  return static_cast<double>(aggregate(result, {.arm = arm}).at(Metric::response_time).quantile(q));
}

Finding finding_of(FindingKind kind, FindingState state, std::string subject, std::string location) {
  Finding finding;
  finding.kind = kind;
  finding.state = state;
  finding.subject = std::move(subject);
  finding.location = std::move(location);
  return finding;
}

Finding error_threshold(const RunResult& result) {
  const Aggregated candidate = aggregate(result, {.arm = Arm::candidate});
  Finding finding =
      finding_of(FindingKind::threshold, FindingState::fail, "error_rate < 0.5%", "gate.yaml:41:5");
  finding.sentence = "More of the candidate's requests failed than the limit allows.";
  finding.unit = Unit::ratio;
  finding.samples = candidate.count;
  finding.value = static_cast<double>(candidate.failed) / static_cast<double>(candidate.count);
  finding.limit = 0.005;
  return finding;
}

Finding latency_threshold(const RunResult& result) {
  Finding finding =
      finding_of(FindingKind::threshold, FindingState::pass, "p99(response_time) < 2s", "gate.yaml:40:5");
  finding.sentence = "The slowest 1 % of the candidate's requests stayed below the limit.";
  finding.unit = Unit::nanoseconds;
  finding.samples = aggregate(result, {.arm = Arm::candidate}).count;
  finding.value = quantile(result, Arm::candidate, 0.99);
  finding.limit = 2e9;
  return finding;
}

Finding compared(Finding finding, const RunResult& result, double q, double half_width) {
  finding.unit = Unit::nanoseconds;
  finding.samples = aggregate(result, {}).count;
  finding.baseline = quantile(result, Arm::baseline, q);
  finding.candidate = quantile(result, Arm::candidate, q);
  finding.change = *finding.candidate / *finding.baseline - 1;
  finding.low = *finding.change - half_width;
  finding.high = *finding.change + half_width;
  finding.margin = 0.10;
  finding.smallest_detectable = 0.10 + 1.5 * half_width;
  return finding;
}

Finding median_comparison(const RunResult& result) {
  Finding finding =
      finding_of(FindingKind::comparison, FindingState::pass, "p50(response_time) +10%", "gate.yaml:44:5");
  finding.sentence =
      "p50 is 3.4 % faster to 2.6 % slower (11.8ms against 11.8ms), within the 10 % allowed; 95 % sure; "
      "8,908 requests an arm";
  finding.p_pass = 0.004;
  finding.p_fail = 0.996;
  finding.largest_passing = 0.055;
  finding.identical_pass = 0.99;
  finding.basis =
      Basis{94, 6, 0.5, 0.94, 0.1, {5, 5, 5, stats::CorrelationSource::assumed}, {{8500ms, 9s, -0.006}}};
  return compared(std::move(finding), result, 0.5, 0.03);
}

Finding tail_comparison(const RunResult& result) {
  Finding finding = finding_of(FindingKind::comparison, FindingState::inconclusive, "p95(response_time) +10%",
                               "gate.yaml:45:5");
  finding.sentence =
      "p95 is 6.7 % to 38.7 % slower (51.1ms against 41.6ms): 10 % is allowed, and that is not proven either "
      "way; about 5 min more at this rate would decide (leaning bad); 95 % sure of each end; 8,908 requests "
      "an arm";
  finding.p_pass = 0.21;
  finding.p_fail = 0.79;
  finding.largest_passing = -0.14;
  finding.identical_pass = 0.22;
  finding.seconds_needed = 340;
  finding.rate_needed = 7.2;
  finding.leaning = Leaning::bad;
  finding.basis = Basis{94,
                        6,
                        0.5,
                        0.94,
                        0.04,
                        {5, 5, 5, stats::CorrelationSource::assumed},
                        {{34s, 34500ms, 0.182}, {21s, 21500ms, 0.207}}};
  return compared(std::move(finding), result, 0.95, 0.16);
}

Finding slow_step(const RunResult& result) {
  Finding finding = finding_of(FindingKind::breakdown, FindingState::info,
                               "p95(response_time) of step \"create invoice\"", "gate.yaml:45:5");
  finding.severity = Severity::info;
  finding.sentence =
      "p95(response_time) of step \"create invoice\" is 22.3 % slower (102ms against 83.4ms), more than the "
      "10 % allowed; one of 12 parts looked at";
  finding.unit = Unit::nanoseconds;
  finding.samples = aggregate(result, {.step = "create invoice"}).count;
  finding.baseline = 83.4e6;
  finding.candidate = 102e6;
  finding.change = 0.223;
  finding.margin = 0.10;
  finding.p_fail = 0.0004;
  finding.q_value = 0.0048;
  return finding;
}

Finding stalls() {
  Finding finding = finding_of(FindingKind::stalls, FindingState::inconclusive, "stalls", "gate.yaml:46:5");
  finding.severity = Severity::warn;
  finding.sentence = "The candidate alone stood still for 0.8 s, 35 s into the run.";
  finding.unit = Unit::count;
  finding.baseline = 0;
  finding.candidate = 1;
  return finding;
}

Finding validity() {
  Finding finding = finding_of(FindingKind::validity, FindingState::pass, "generator", "");
  finding.sentence = "The generator kept its schedule: it was never late by more than a millisecond.";
  return finding;
}

Limit stalled_target() {
  return {.resource = Resource::target,
          .evidence =
              "the median service time of the candidate rose from 11.8ms to 812ms and 40 % of the "
              "arrivals waited for a virtual user from 35 s to 36 s; at most 290 requests/s were "
              "answered by both arms together",
          .advice =
              "offer at most 160/s, or give the target more capacity; a larger max_in_flight would only "
              "lengthen its queue",
          .from = std::chrono::seconds(35),
          .until = std::chrono::seconds(36)};
}

}  // namespace

Verdict sample_verdict(const RunResult& result) {
  Verdict verdict;
  verdict.grade = Grade::fail;
  verdict.reason = "The candidate's error rate is above its limit of 0.5 %.";
  verdict.findings = {error_threshold(result),   tail_comparison(result),   stalls(),
                      median_comparison(result), latency_threshold(result), validity(),
                      slow_step(result)};
  verdict.limits = {stalled_target()};
  return verdict;
}

}  // namespace assay::test_support
