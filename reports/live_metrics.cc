#include "reports/live_metrics.h"

#include <algorithm>
#include <iterator>

#include "reports/probe_families.h"

namespace assay::reports {
namespace {

MetricFamily made(MetricType type, const LiveTitle& title) {
  return {title.name, type, title.unit, title.help, {}};
}

MetricFamily gauge(const char* name, const char* unit, const char* help, const MetricLabels& labels,
                   double value) {
  MetricFamily family = made(MetricType::gauge, {name, unit, help});
  family.add(labels, value);
  return family;
}

// Of the last second; of one in which nothing completed, none.
Distribution times_of(const LiveArm& arm) {
  Distribution times{arm.requests, arm.response_time_sum_s, {}};
  if (arm.p99 > Nanos{0})
    times.quantiles = {
        {0.5, exact_seconds(arm.p50)}, {0.95, exact_seconds(arm.p95)}, {0.99, exact_seconds(arm.p99)}};
  return times;
}

std::vector<MetricFamily> request_families(const LiveSnapshot& now, const MetricLabels& gate) {
  MetricFamily requests = made(MetricType::counter, kRequests),
               errors = made(MetricType::counter, kRequestErrors),
               times = made(MetricType::summary, kResponseTime);
  for (const Arm arm : {Arm::candidate, Arm::baseline}) {
    if (arm == Arm::baseline && !now.has_baseline) continue;
    const LiveArm& numbers = now.arms[static_cast<std::size_t>(arm)];
    const MetricLabels labels = {gate.front(), {"arm", std::string(name(arm))}};
    requests.add(labels, static_cast<double>(numbers.requests));
    errors.add(labels, static_cast<double>(numbers.errors));
    times.add(labels, times_of(numbers));
  }
  return {std::move(requests), std::move(errors), std::move(times)};
}

std::vector<MetricFamily> load_families(const LiveSnapshot& now, const MetricLabels& gate) {
  const auto count = [](std::uint64_t value) { return static_cast<double>(value); };
  std::vector<MetricFamily> families;
  const auto put = [&](const char* name, const char* unit, const char* help, double value) {
    families.push_back(gauge(name, unit, help, gate, value));
  };
  put("assay_elapsed_seconds", "seconds", "Since the start of the load.", exact_seconds(now.elapsed));
  if (now.planned > Nanos{0})
    put("assay_planned_seconds", "seconds", "How long the load is to last.", exact_seconds(now.planned));
  put("assay_warming_up", "", "1 while the load is not judged yet, else 0.", now.warming_up ? 1 : 0);
  put("assay_due_iterations_per_second", "", "Arrivals that were due in the last second.",
      count(now.intended_last_second));
  put("assay_completed_requests_per_second", "", "Requests that ended in the last second.",
      count(now.completed_last_second));
  put("assay_in_flight_requests", "", "Requests that have not ended.", count(now.in_flight));
  put("assay_waiting_iterations", "", "Arrivals for which no virtual user is free yet.", count(now.waiting));
  MetricFamily shed =
      made(MetricType::counter, {"assay_shed_iterations", "", "Arrivals that no virtual user could take."});
  shed.add(gate, count(now.shed));
  families.push_back(std::move(shed));
  return families;
}

// What the last look found, and up to what it would have decided.
std::vector<MetricFamily> look_families(const LiveRun& run, const MetricLabels& gate) {
  std::vector<MetricFamily> families = {gauge("assay_looks", "", "Looks at the comparisons so far.", gate,
                                              static_cast<double>(run.looks.size()))};
  if (run.next_look)
    families.push_back(gauge("assay_next_look_seconds", "seconds",
                             "When the next look is due, since the start.", gate,
                             exact_seconds(*run.next_look)));
  if (run.looks.empty()) return families;
  const LookRow& last = run.looks.back();
  MetricFamily found = made(MetricType::gauge, {"assay_look_p_value", "", "P-values of the last look."});
  MetricFamily bound = made(MetricType::gauge, {"assay_look_p_bound", "", "P-values up to these decided."});
  const auto put = [&](const char* side, double p, double decides) {
    const MetricLabels labels = {gate.front(), {"side", side}};
    found.add(labels, p);
    bound.add(labels, decides);
  };
  put("pass", last.p_pass, last.pass_bound);
  put("fail", last.p_fail, last.fail_bound);
  families.push_back(std::move(found));
  families.push_back(std::move(bound));
  return families;
}

ProbeStanding standing_of(const LiveProbe& probe) {
  ProbeStanding standing{probe.name, probe.kind, probe.state, {}, {}, {}, {}};
  if (probe.ticks == 0) return standing;
  standing.ticks = probe.ticks;
  standing.failed_ticks = probe.failed;
  return standing;
}

}  // namespace

std::vector<MetricFamily> live_metrics(const LiveRun& run) {
  const MetricLabels gate = {{"gate", label_value(run.gate)}};
  std::vector<MetricFamily> all = request_families(run.now, gate);
  const auto take = [&](std::vector<MetricFamily> some) {
    std::move(some.begin(), some.end(), std::back_inserter(all));
  };
  take(load_families(run.now, gate));
  take(look_families(run, gate));
  std::vector<ProbeStanding> probes;
  std::transform(run.probes.begin(), run.probes.end(), std::back_inserter(probes), standing_of);
  take(probe_families(std::move(probes), gate));
  return all;
}

}  // namespace assay::reports
