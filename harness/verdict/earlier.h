// What earlier runs of a gate say, where a store was asked. Plain data; pure function.
#pragma once
#include <optional>

#include "model/baseline_history.h"
#include "model/noise_facts.h"
#include "verdict/known_noise.h"

namespace assay::verdict {

struct Earlier {
  std::optional<NoiseFacts> noise;         // for a live baseline: noise profile, placement
  std::optional<BaselineHistory> history;  // instead of a live baseline; its problem counts in any case
};

// The noise of each metric as the comparison of two arms takes it.
KnownNoises known_noises(const NoiseFacts& facts);

}  // namespace assay::verdict
