#include "reports/probe_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include "reports/probe_families.h"

namespace assay::reports {
namespace {

using GaugeFamily = prometheus::Family<prometheus::Gauge>;
using Labels = prometheus::Labels;

GaugeFamily& gauge(prometheus::Registry& registry, const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
GaugeFamily& gauge(prometheus::Registry& registry, const MetricTitle& title) {
  return gauge(registry, title.name, title.help);
}

Labels labels_of(const ProbeResult& result) { return {{"probe", result.name}, {"kind", result.kind}}; }

Labels with(Labels labels, const std::string& name, std::string_view value) {
  labels[name] = value;
  return labels;
}

std::string metric_name(std::string_view measure) {
  std::string name = "probe_";
  for (const char c : measure) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

}  // namespace

struct ProbeMetrics::State {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  GaugeFamily& success = gauge(*registry, kProbeSuccess);
  GaugeFamily& duration = gauge(*registry, kProbeDuration);
  GaugeFamily& state = gauge(*registry, kProbeState);
  GaugeFamily& phases =
      gauge(*registry, "probe_http_duration_seconds", "The first exchange of the probe over HTTP, by phase.");
  GaugeFamily& last = gauge(*registry, "assay_probe_last_run_timestamp_seconds", "When it was carried out.");
  prometheus::Family<prometheus::Counter>& runs = prometheus::BuildCounter()
                                                      .Name("assay_probe_runs_total")
                                                      .Help("How often the probe was carried out, by state.")
                                                      .Register(*registry);
  std::map<std::string, std::map<std::string, double>> noted;  // probe -> measure -> value
};

ProbeMetrics::ProbeMetrics() : state_(std::make_unique<State>()) {}
ProbeMetrics::~ProbeMetrics() = default;

const std::shared_ptr<prometheus::Registry>& ProbeMetrics::registry() const { return state_->registry; }

void ProbeMetrics::update(const ProbeResult& result) {
  const Labels labels = labels_of(result);
  state_->success.Add(labels).Set(is_success(result.state) ? 1 : 0);
  state_->duration.Add(labels).Set(seconds(result.duration));
  state_->last.Add(labels).SetToCurrentTime();
  for (const ProbeState state : kProbeStates)
    state_->state.Add(with(labels, "state", name(state))).Set(state == result.state ? 1 : 0);
  state_->runs.Add(with(labels, "state", name(result.state))).Increment();
  // What it noted the last time and not now must not stand there as if it were still so.
  std::map<std::string, double>& noted = state_->noted[result.name];
  for (auto& [measure, number] : noted) number = 0;
  for (const auto& [measure, number] : result.measures) noted[measure] = number;
  for (const auto& [measure, number] : noted)
    gauge(*state_->registry, metric_name(measure), "What the probe noted.").Add(labels).Set(number);
  if (result.exchanges.empty() || result.exchanges[0].protocol != "http") return;
  const ProbeExchange& first = result.exchanges[0];
  const auto set = [&](std::string_view phase, Nanos from, Nanos until) {
    state_->phases.Add(with(labels, "phase", phase)).Set(seconds(std::max(until - from, Nanos(0))));
  };
  const Nanos ready = std::max(first.connected, first.secured);
  set("resolve", Nanos(0), first.resolved);
  set("connect", first.resolved, first.connected);
  set("tls", first.connected, first.secured);
  set("processing", ready, first.first_byte);
  set("transfer", first.first_byte, first.done);
}

}  // namespace assay::reports
