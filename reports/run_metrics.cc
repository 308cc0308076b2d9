#include "reports/run_metrics.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "model/filter.h"
#include "reports/check_families.h"
#include "reports/probe_families.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

constexpr std::array kQuantiles{0.5, 0.9, 0.95, 0.99, 0.999, 1.0};

MetricFamily gauge(std::string name, std::string unit, std::string help) {
  return {std::move(name), MetricType::gauge, std::move(unit), std::move(help), {}};
}

Distribution distribution_of(const stats::Histogram& times) {
  Distribution distribution{times.count(), rounded_seconds(times.sum()), {}};
  for (const double q : kQuantiles)
    distribution.quantiles.emplace_back(q, rounded_seconds(static_cast<double>(times.quantile(q))));
  return distribution;
}

std::vector<Arm> arms_of(const Summary& summary) {
  if (summary.offered_to_baseline) return {Arm::candidate, Arm::baseline};
  return {Arm::candidate};
}

std::vector<MetricFamily> time_families(const RunResult& result, const Summary& summary,
                                        const MetricLabels& gate) {
  MetricFamily duration =
      gauge("assay_run_duration_seconds", "seconds", "From the start to the last completion.");
  MetricFamily judged = gauge("assay_run_judged_seconds", "seconds", "The load without its warm-ups.");
  duration.add(gate, rounded(seconds(result.duration)));
  judged.add(gate, rounded(summary.judged_seconds));
  return {std::move(duration), std::move(judged)};
}

// Of all judged requests of each arm.
std::vector<MetricFamily> arm_families(const RunResult& result, const Summary& summary,
                                       const MetricLabels& gate) {
  MetricFamily requests = gauge("assay_run_requests", "", "Judged requests, by how they ended.");
  MetricFamily errors =
      gauge("assay_run_error_ratio", "ratio", "Judged requests that failed, as a share of all.");
  MetricFamily received = gauge("assay_run_received_bytes", "bytes", "Received in answers.");
  MetricFamily times{"assay_run_response_time_seconds",
                     MetricType::summary,
                     "seconds",
                     "Response time from the intended start, of all judged requests.",
                     {}};
  for (const Arm arm : arms_of(summary)) {
    SeriesFilter filter;
    filter.arm = arm;
    const Aggregated all = aggregate(result, filter);
    const MetricLabels labels = {gate.front(), {"arm", std::string(name(arm))}};
    for (std::size_t i = 0; i < kOutcomeCount; ++i) {
      if (all.outcomes[i] == 0 && static_cast<Outcome>(i) != Outcome::ok) continue;
      requests.add({labels[0], labels[1], {"outcome", std::string(name(static_cast<Outcome>(i)))}},
                   static_cast<double>(all.outcomes[i]));
    }
    received.add(labels, static_cast<double>(all.bytes_received));
    if (all.count == 0) continue;
    errors.add(labels, rounded(static_cast<double>(all.failed) / static_cast<double>(all.count)));
    times.add(labels, distribution_of(all.at(Metric::response_time)));
  }
  return {std::move(requests), std::move(errors), std::move(received), std::move(times)};
}

struct StepCounts {
  std::uint64_t requests = 0, failed = 0;
};

// At most kMostSteps by name; the counts of all the others together.
std::vector<MetricFamily> step_families(const Summary& summary, const MetricLabels& gate) {
  MetricFamily requests = gauge("assay_run_step_requests", "", "Judged requests of the step.");
  MetricFamily failed = gauge("assay_run_step_failed_requests", "", "Of those, the ones that failed.");
  MetricFamily p95 =
      gauge("assay_run_step_p95_seconds", "seconds", "95 % of the step's response times are not longer.");
  std::array<StepCounts, kArmCount> others;
  for (const StepRow& row : summary.steps) {
    StepCounts& arm = others[static_cast<std::size_t>(row.arm)];
    arm.requests += row.requests;
    arm.failed += row.failed;
  }
  const auto labels_of = [&](Arm arm, std::string step) {
    return MetricLabels{gate.front(), {"arm", std::string(name(arm))}, {"step", std::move(step)}};
  };
  const std::vector<const StepRow*> rows = noteworthy_steps(summary, kMostSteps);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows.size(); i += summary.rows_per_step())
    names.push_back(rows[i]->scenario + "/" + rows[i]->step);
  const std::vector<std::string> values = distinct_values(names);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const StepRow& row = *rows[i];
    const MetricLabels labels = labels_of(row.arm, values[i / summary.rows_per_step()]);
    requests.add(labels, static_cast<double>(row.requests));
    failed.add(labels, static_cast<double>(row.failed));
    if (row.requests > 0) p95.add(labels, rounded_seconds(row.p95));
    StepCounts& rest = others[static_cast<std::size_t>(row.arm)];
    rest.requests -= row.requests;
    rest.failed -= row.failed;
  }
  for (const Arm arm : arms_of(summary)) {
    if (rows.size() == summary.steps.size()) break;
    const StepCounts& rest = others[static_cast<std::size_t>(arm)];
    requests.add(labels_of(arm, std::string(kOthers)), static_cast<double>(rest.requests));
    failed.add(labels_of(arm, std::string(kOthers)), static_cast<double>(rest.failed));
  }
  return {std::move(requests), std::move(failed), std::move(p95)};
}

ProbeStanding standing_of(const ProbeResult& probe) {
  ProbeStanding standing{probe.name, probe.kind, probe.state, rounded(seconds(probe.duration)), {}, {}, {}};
  for (const ProbeSeries& series : probe.series) {
    standing.ticks = standing.ticks.value_or(0) + series.ticks;
    standing.failed_ticks = standing.failed_ticks.value_or(0) + series.failed;
    standing.down_s = std::max(standing.down_s, std::optional(rounded(seconds(series.down))));
  }
  return standing;
}

std::vector<MetricFamily> generator_families(const RunResult& result, const MetricLabels& gate) {
  MetricFamily started = gauge("assay_run_started_iterations", "", "Iterations that were started.");
  MetricFamily shed =
      gauge("assay_run_shed_iterations", "", "Arrivals for which no virtual user was free in time.");
  MetricFamily lag{"assay_run_dispatch_lag_seconds",
                   MetricType::summary,
                   "seconds",
                   "The generator's own part of lateness.",
                   {}};
  const GeneratorHealth& health = result.health;
  started.add(gate, static_cast<double>(health.started));
  shed.add(gate, static_cast<double>(health.shed));
  if (!health.dispatch_lag.empty()) lag.add(gate, distribution_of(health.dispatch_lag));
  return {std::move(started), std::move(shed), std::move(lag)};
}

}  // namespace

std::vector<MetricFamily> run_metrics(const RunRecord& record) {
  const RunResult& result = record.result;
  const Summary summary = summarise(record);
  const MetricLabels gate = {{"gate", label_value(result.name)}};
  std::vector<MetricFamily> all;
  const auto take = [&](std::vector<MetricFamily> some) {
    for (MetricFamily& family : some)
      if (!family.samples.empty()) all.push_back(std::move(family));
  };
  if (record.verdict) take(check_families(*record.verdict, gate));
  take(time_families(result, summary, gate));
  if (!summary.watched && !result.series.empty()) {
    take(arm_families(result, summary, gate));
    take(step_families(summary, gate));
    take(generator_families(result, gate));
  }
  std::vector<ProbeStanding> probes;
  std::transform(result.probes.begin(), result.probes.end(), std::back_inserter(probes), standing_of);
  take(probe_families(std::move(probes), gate));
  return all;
}

}  // namespace assay::reports
