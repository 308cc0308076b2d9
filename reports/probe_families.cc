#include "reports/probe_families.h"

#include <algorithm>
#include <iterator>

namespace assay::reports {
namespace {

int badness(const ProbeStanding& probe) {
  if (!probe.state) return 5;
  switch (*probe.state) {
    case ProbeState::fail:
      return 0;
    case ProbeState::error:
      return 1;
    case ProbeState::warn:
      return 2;
    case ProbeState::pass:
      return 3;
    case ProbeState::skip:
      break;
  }
  return 4;
}

template <class Number>
void add_up(std::optional<Number>& sum, const std::optional<Number>& more) {
  if (more) sum = sum.value_or(Number{}) + *more;
}

// The worst first, so the first of those that are folded says how the rest stands.
std::vector<ProbeStanding> folded_probes(std::vector<ProbeStanding> probes) {
  std::stable_sort(probes.begin(), probes.end(),
                   [](const auto& a, const auto& b) { return badness(a) < badness(b); });
  std::optional<ProbeStanding> rest;
  for (std::size_t i = kMostLabelValues; i < probes.size(); ++i) {
    if (!rest) rest = ProbeStanding{"", std::string(kOthers), probes[i].state, {}, {}, {}, {}};
    rest->duration_s = std::max(rest->duration_s, probes[i].duration_s);
    add_up(rest->ticks, probes[i].ticks);
    add_up(rest->failed_ticks, probes[i].failed_ticks);
    rest->down_s = std::max(rest->down_s, probes[i].down_s);
  }
  probes.resize(std::min(probes.size(), kMostLabelValues));
  std::vector<std::string> names;
  for (const ProbeStanding& probe : probes) names.push_back(probe.name);
  const std::vector<std::string> values = distinct_values(names);
  for (std::size_t i = 0; i < probes.size(); ++i) {
    probes[i].name = values[i];
    probes[i].kind = label_value(probes[i].kind);
  }
  if (rest) {
    rest->name = kOthers;
    probes.push_back(*std::move(rest));
  }
  return probes;
}

MetricFamily family(const MetricTitle& title, std::string unit = {}) {
  return {title.name, MetricType::gauge, std::move(unit), title.help, {}};
}

MetricFamily counter(std::string name, std::string help) {
  return {std::move(name), MetricType::counter, "", std::move(help), {}};
}

}  // namespace

std::vector<MetricFamily> probe_families(std::vector<ProbeStanding> probes, const MetricLabels& common) {
  MetricFamily success = family(kProbeSuccess), duration = family(kProbeDuration, "seconds"),
               state = family(kProbeState),
               down = family({"assay_probe_down_seconds", "How long it was out at most, in all."}, "seconds"),
               ticks = counter("assay_probe_ticks", "How often a repeated probe has asked."),
               failed = counter("assay_probe_failed_ticks",
                                "Of those, the ones that failed; what could not be measured is none.");
  for (const ProbeStanding& probe : folded_probes(std::move(probes))) {
    MetricLabels labels = common;
    labels.push_back({"probe", probe.name});
    labels.push_back({"kind", probe.kind});
    if (probe.ticks) ticks.add(labels, static_cast<double>(*probe.ticks));
    if (probe.failed_ticks) failed.add(labels, static_cast<double>(*probe.failed_ticks));
    if (probe.down_s) down.add(labels, *probe.down_s);
    if (probe.duration_s) duration.add(labels, *probe.duration_s);
    if (!probe.state) continue;
    success.add(labels, is_success(*probe.state) ? 1 : 0);
    labels.push_back({"state", ""});
    for (const ProbeState one : kProbeStates) {
      labels.back().value = name(one);
      state.add(labels, one == *probe.state ? 1 : 0);
    }
  }
  std::vector<MetricFamily> families;
  for (MetricFamily* each : {&success, &duration, &state, &down, &ticks, &failed})
    if (!each->samples.empty()) families.push_back(std::move(*each));
  return families;
}

}  // namespace assay::reports
