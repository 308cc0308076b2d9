// One simulated run as it is seen at looks before its end: p95 at 10 %, tested anew on the slots so far. The
// arms are identical; a candidate that is slower by a factor f is judged by testing at margin / f, so one run
// serves every truth.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "generators/two_arm_run.h"
#include "stats/spending.h"

namespace assay::statistics {

// All fractions at which any plan below looks.
inline constexpr std::array kLookFractions{1.0 / 4, 1.0 / 3, 1.0 / 2, 2.0 / 3, 3.0 / 4, 1.0};

// How much slower the candidate is: not at all, exactly at the margin, beyond it.
inline constexpr std::array kTruths{1.0, 1.1, 1.2};
inline constexpr std::size_t kSame = 0, kAtMargin = 1, kSlower = 2;

struct LookRun {
  // p-values of PASS by truth and fraction; absent where data do not suffice.
  std::array<std::array<std::optional<double>, kLookFractions.size()>, kTruths.size()> p_pass;
  std::vector<double> block_ratios;  // of identical arms, as a watched soak takes them
};

// `run.effect` is ignored.
LookRun look_at(const TwoArmRun& run, std::uint64_t seed);

enum class Decision : std::uint8_t { none, pass, fail };

struct Outcome {
  Decision decision = Decision::none;
  double fraction = 1;      // at which the run ended
  bool given_up = false;    // some look found it futile to go on
  bool would_have = false;  // it was given up, and decides when it is not
};

stats::LookPlan equal_looks(std::size_t looks);  // 1, 2 or 4
// Planned for a third of the longest run: looks at T, 1.5 T, 2 T and 3 T, with fractions of 3 T.
stats::LookPlan extendable(stats::PassSpending pass);

// `plan` looks at some of kLookFractions.
Outcome decide(const stats::LookPlan& plan, const LookRun& run, std::size_t truth);

// The same run watched block after block; a run without a decision goes on to its end.
Outcome watch(const LookRun& run, std::size_t truth);

}  // namespace assay::statistics
