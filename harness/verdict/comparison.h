// Candidate against baseline: for every metric of the gate file's `compare` one finding with its estimate,
// interval, margin and p-value. Passing needs proof that the candidate is not worse than the margin; failing
// needs proof that it is (Holm over all metrics); everything else is inconclusive and says what would decide.
// `known`: what earlier runs say about noise; without it, noise is read from this run alone. Pure functions.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "config/gate_spec.h"
#include "model/verdict.h"
#include "verdict/arm_series.h"
#include "verdict/decision_levels.h"
#include "verdict/known_noise.h"

namespace assay::verdict {

std::vector<Finding> compare_arms(const ArmSeries& series, std::span<const config::CompareSpec> comparisons,
                                  const config::JudgementSpec& judgement, const KnownNoises& known = {});
// All comparisons of the gate, of what was timed and of server metrics, joined by Holm. `until`: nothing
// after it.
std::vector<Finding> compare_all(const RunResult& result, std::optional<Nanos> until,
                                 const config::GateSpec& gate, const DecisionLevels& levels,
                                 const KnownNoises& known = {});
// Those of server metrics alone.
std::vector<Finding> compare_server_metrics(const RunResult& result, const config::GateSpec& gate,
                                            const DecisionLevels& levels);
// At one of several looks.
std::vector<Finding> compare_arms(const ArmSeries& series, std::span<const config::CompareSpec> comparisons,
                                  const config::JudgementSpec& judgement, const DecisionLevels& levels,
                                  const KnownNoises& known = {});

}  // namespace assay::verdict
