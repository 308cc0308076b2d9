#include "verdict/earlier.h"

namespace assay::verdict {
namespace {

KnownNoise known_noise(const MetricNoise& metric) {
  KnownNoise known;
  known.stored.assign(metric.spectra.rbegin(), metric.spectra.rend());
  if (!metric.instance_sd) return known;
  const double one_instance = *metric.instance_sd * *metric.instance_sd;
  known.placement = stats::PlacementSpread{2 * one_instance, static_cast<double>(metric.placement_runs)};
  return known;
}

}  // namespace

KnownNoises known_noises(const NoiseFacts& facts) {
  KnownNoises known;
  for (const MetricNoise& metric : facts.metrics) known.emplace(metric.metric, known_noise(metric));
  return known;
}

}  // namespace assay::verdict
