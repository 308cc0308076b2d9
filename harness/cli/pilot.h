// A short piece of a gate's own load, offered to both arms so that `assay explain` can tell from this service
// and not from a table. The only thing that explaining ever sends.
#pragma once
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/gate.h"
#include "cli/run_options.h"
#include "model/noise_facts.h"

namespace assay::cli {

inline constexpr Nanos kShortestPilot = std::chrono::seconds(20), kLongestPilot = std::chrono::minutes(10);

// The load as it begins, until `length` of it is judged; warm-ups stay as they are.
std::vector<config::LoadSpec> beginning_of(const std::vector<config::LoadSpec>& load, Nanos length);

// The gate that a pilot of it carries out: this much of the load, and no more if it proves nothing.
config::GateSpec pilot_gate(const config::GateSpec& gate, Nanos length);

struct Pilot {
  NoiseFacts noise;
  // The gate with the margins that floors come to at the measured quantiles.
  config::GateSpec as_measured;
};

// Why nothing can be concluded from a pilot, in a sentence.
struct PilotFailure {
  std::string sentence;
  ExitCode code = ExitCode::invalid;
};

// Offers the load and waits for its end.
Expected<Pilot, PilotFailure> run_pilot(const Context& context, const Gate& gate, const RunOptions& options,
                                        Nanos length);

}  // namespace assay::cli
