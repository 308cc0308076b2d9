// What earlier runs of a gate say about the noise of its metrics, in the terms of stats. Plain data.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stats/noise_profile.h"
#include "stats/random_effects.h"

namespace assay::verdict {

struct KnownNoise {
  std::vector<stats::NoiseVector> stored;           // of earlier runs, oldest first
  std::optional<stats::PlacementSpread> placement;  // from A/A runs between two instances
};

// By metric as in `compare`: "p95(response_time)", "error_rate". What is not there is not known.
using KnownNoises = std::map<std::string, KnownNoise>;

}  // namespace assay::verdict
