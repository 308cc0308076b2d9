// The load of one gate run, and the probes beside it: offered, or watched where it is other traffic's. The
// main thread only.
#pragma once
#include <filesystem>

#include "cli/gate.h"
#include "cli/gate_probes.h"
#include "cli/interrupts.h"
#include "cli/live_feed.h"
#include "cli/run_options.h"
#include "model/run_result.h"
#include "verdict/known_noise.h"

namespace assay::cli {

// What it is made of. Refers to what its caller holds.
struct GateLoad {
  const Gate& gate;
  const RunOptions& options;
  const std::filesystem::path& directory;
  const verdict::KnownNoises& known;
  Interrupts& interrupts;
  GateProbes& probes;
  LiveFeed& feed;
};

// Measures; what the machine could not do becomes part of the result, so that it is stored and reported like
// any run.
RunResult carry_out(const GateLoad& load);

}  // namespace assay::cli
