#include "reports/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "model/filter.h"

namespace assay::reports {
namespace {

struct Shown {
  const char* label;
  const char* subject;  // how findings name it
  double quantile;      // below 0: the error rate
};
constexpr std::array<Shown, 4> kShownMetrics = {{
    {"p50", "p50(response_time)", 0.50},
    {"p95", "p95(response_time)", 0.95},
    {"p99", "p99(response_time)", 0.99},
    {"error rate", "error_rate", -1},
}};

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::optional<double> measured(const Aggregated& arm, const Shown& metric) {
  if (arm.count == 0) return std::nullopt;
  if (metric.quantile < 0) return ratio(arm.failed, arm.count);
  return static_cast<double>(arm.at(Metric::response_time).quantile(metric.quantile));
}

// A server metric may be called "error_rate_of_shop".
bool is_about(const Finding& finding, std::string_view subject) {
  return finding.subject == subject || finding.subject.starts_with(std::string(subject) + " ");
}

const Finding* comparison_of(const RunRecord& record, std::string_view subject) {
  if (!record.verdict) return nullptr;
  const auto& findings = record.verdict->findings;
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.kind == FindingKind::comparison && is_about(finding, subject);
  });
  return found == findings.end() ? nullptr : &*found;
}

bool is_shown_metric(const Finding& finding) {
  return std::any_of(kShownMetrics.begin(), kShownMetrics.end(),
                     [&](const Shown& metric) { return is_about(finding, metric.subject); });
}

Aggregated of_arm(const RunResult& result, Arm arm) {
  SeriesFilter filter;
  filter.arm = arm;
  return aggregate(result, filter);
}

std::vector<MetricRow> metric_rows(const RunRecord& record) {
  const Aggregated baseline = of_arm(record.result, Arm::baseline);
  const Aggregated candidate = of_arm(record.result, Arm::candidate);
  std::vector<MetricRow> rows;
  for (const Shown& metric : kShownMetrics) {
    if (only_watched(record.result)) break;
    rows.push_back({metric.label, metric.quantile < 0 ? Unit::ratio : Unit::nanoseconds,
                    measured(baseline, metric), measured(candidate, metric),
                    comparison_of(record, metric.subject)});
  }
  if (!record.verdict) return rows;
  for (const Finding& finding : record.verdict->findings) {
    if (finding.kind != FindingKind::comparison || is_shown_metric(finding)) continue;
    rows.push_back({finding.subject, finding.unit, finding.baseline, finding.candidate, &finding});
  }
  return rows;
}

struct StepSum {
  std::uint64_t count = 0, failed = 0;
  stats::Histogram times;
};

// One walk over the series, by step and arm: a result may have tens of thousands of steps.
std::vector<std::array<StepSum, kArmCount>> step_sums(const RunResult& result) {
  std::vector<std::array<StepSum, kArmCount>> sums(result.steps.size());
  for (const Series& series : result.series) {
    StepSum& sum = sums.at(series.key.step)[static_cast<std::size_t>(series.key.arm)];
    sum.count += series.count;
    if (series.key.failed) sum.failed += series.count;
    sum.times.merge(series.times[static_cast<std::size_t>(Metric::response_time)]);
  }
  return sums;
}

StepRow step_row(const StepFacts& step, Arm arm, const StepSum& sum, double judged) {
  const auto at = [&](double q) { return static_cast<double>(sum.times.quantile(q)); };
  return {step.scenario, step.name,
          arm,           sum.count,
          sum.failed,    judged > 0 ? ratio(sum.count, 1) / judged : 0,
          at(0.50),      at(0.95),
          at(0.99),      static_cast<double>(sum.times.max())};
}

std::vector<StepRow> step_rows(const RunResult& result, bool has_baseline) {
  const auto sums = step_sums(result);
  const double judged = seconds(judged_length(result));
  std::vector<StepRow> rows;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    for (const Arm arm : {Arm::baseline, Arm::candidate}) {
      if (arm == Arm::candidate || has_baseline)
        rows.push_back(step_row(result.steps[i], arm, sums[i][static_cast<std::size_t>(arm)], judged));
    }
  }
  return rows;
}

HealthSummary health_of(const GeneratorHealth& health) {
  HealthSummary summary{health.intended,
                        health.started,
                        health.shed,
                        health.waited,
                        health.workers,
                        health.peak_in_flight,
                        health.max_in_flight,
                        0,
                        0,
                        0,
                        0};
  summary.lag_p50 = static_cast<double>(health.dispatch_lag.quantile(0.50));
  summary.lag_p99 = static_cast<double>(health.dispatch_lag.quantile(0.99));
  summary.lag_max = static_cast<double>(health.dispatch_lag.max());
  for (const HealthSecond& second : health.seconds) {
    summary.busiest_worker_ratio = std::max(summary.busiest_worker_ratio, second.busiest_worker_ratio);
  }
  return summary;
}

// A warning or a piece of information explains nothing about the grade.
bool is_reason(const Finding& finding) {
  return finding.severity == Severity::blocker && finding.state != FindingState::pass &&
         finding.state != FindingState::info;
}

void sort_findings(const Verdict& verdict, Summary& summary) {
  for (const Finding& finding : verdict.findings) {
    if (finding.kind == FindingKind::validity) summary.validity.push_back(&finding);
    if (finding.kind == FindingKind::threshold) summary.thresholds.push_back(&finding);
    if (finding.kind == FindingKind::comparison) summary.comparisons.push_back(&finding);
    if (finding.kind == FindingKind::breakdown) summary.breakdowns.push_back(&finding);
    if (finding.kind == FindingKind::stalls) summary.stalls.push_back(&finding);
    if (is_reason(finding)) summary.reasons.push_back(&finding);
  }
}

}  // namespace

std::optional<double> MetricRow::shown(Arm arm) const {
  const bool compared = comparison != nullptr && comparison->baseline && comparison->candidate;
  if (arm == Arm::candidate) return compared ? comparison->candidate : candidate;
  return compared ? comparison->baseline : baseline;
}

Summary summarise(const RunRecord& record) {
  const RunResult& result = record.result;
  Summary summary;
  summary.watched = only_watched(result);
  summary.offered_to_baseline =
      std::any_of(result.targets.begin(), result.targets.end(),
                  [](const TargetFacts& target) { return target.arm == Arm::baseline; });
  summary.has_baseline =
      summary.offered_to_baseline ||
      std::any_of(result.server_metrics.begin(), result.server_metrics.end(),
                  [](const ServerMetric& metric) { return metric.source(Arm::baseline).has_value(); });
  summary.judged_seconds = seconds(judged_length(result));
  for (const Series& series : result.series) {
    summary.requests += series.count;
    if (series.key.failed) summary.failed += series.count;
  }
  summary.metrics = metric_rows(record);
  summary.steps = step_rows(result, summary.offered_to_baseline);
  summary.health = health_of(result.health);
  if (record.verdict) sort_findings(*record.verdict, summary);
  return summary;
}

std::vector<const StepRow*> noteworthy_steps(const Summary& summary, std::size_t most_steps) {
  const std::size_t arms = summary.rows_per_step();
  std::vector<std::size_t> order;  // of the first row of each step
  for (std::size_t i = 0; i < summary.steps.size(); i += arms) order.push_back(i);
  const auto weight = [&](std::size_t first) {
    std::pair<std::uint64_t, std::uint64_t> sum;
    for (std::size_t i = first; i < first + arms; ++i) {
      sum.first += summary.steps[i].failed;
      sum.second += summary.steps[i].requests;
    }
    return sum;
  };
  if (order.size() > most_steps) {
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return weight(a) > weight(b); });
    order.resize(most_steps);
    std::sort(order.begin(), order.end());
  }
  std::vector<const StepRow*> rows;
  for (const std::size_t first : order)
    for (std::size_t i = first; i < first + arms; ++i) rows.push_back(&summary.steps[i]);
  return rows;
}

std::vector<const FailureExample*> noteworthy_failures(const RunResult& result, std::size_t most_kinds) {
  std::vector<const FailureExample*> kinds;
  for (const FailureExample& failure : result.failures) kinds.push_back(&failure);
  if (kinds.size() <= most_kinds) return kinds;
  std::stable_sort(kinds.begin(), kinds.end(),
                   [](const FailureExample* a, const FailureExample* b) { return a->count > b->count; });
  kinds.resize(most_kinds);
  std::sort(kinds.begin(), kinds.end());  // pointers into one list: its order
  return kinds;
}

std::string headline_word(const RunRecord& record) {
  if (!record.verdict) return "NOT JUDGED";
  std::string word(name(record.verdict->grade));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

std::string headline_reason(const RunRecord& record) {
  if (record.verdict) return record.verdict->reason;
  const Segment& segment = record.result.segment;
  if (segment.count == 1) return "this run was measured but never judged";
  return fmt::format("segment {} of {}: `assay merge` joins and judges them", segment.index, segment.count);
}

}  // namespace assay::reports
