// How often gates of a service err and decide, by what they know of its noise: a declared correlation time,
// stored runs, A/A runs. Used by the tests (few runs) and by the program that prints the tables (many).
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bench/gate_rule.h"
#include "generators/two_arm_run.h"

namespace assay::statistics {

struct Knowledge {
  NoiseRule rule{};        // correlation time, declared or not
  std::size_t stored = 0;  // newest earlier runs of the service, renewed run by run
  std::optional<TwoArmRun> stored_from = std::nullopt;  // of which service they are, if of another
};

struct NoiseRates {
  double false_pass = 0, false_fail = 0;  // percent, at the margin exactly
  double identical_pass = 0;              // percent of A/A runs that pass a margin of 10 %
};

// One result for each kind of knowledge, all on the same runs. The arms of `run` must be identical: a proof
// of "better" or "worse" is then wrong.
std::vector<NoiseRates> noise_rates(const TwoArmRun& run, std::span<const Knowledge> known,
                                    const stats::ShiftMetric& metric, std::uint64_t runs);

// The same when instances differ by placement: for each of `aa_runs` that many A/A runs measure it first, 0
// ignores it.
std::vector<NoiseRates> placement_rates(const TwoArmRun& run, std::span<const std::size_t> aa_runs,
                                        const stats::ShiftMetric& metric, std::uint64_t runs);

// Candidates against stored runs whose level scatters with `tau` around a true shift; `noise` is the error
// inside a run. `repeats`: candidate runs together.
NoiseRates stored_rates(double tau, double noise, std::size_t stored, std::size_t repeats,
                        std::uint64_t runs);

}  // namespace assay::statistics
