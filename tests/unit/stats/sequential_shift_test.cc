#include "stats/sequential_shift.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "two_arms.h"

namespace {

using namespace assay::stats;

constexpr ShiftMetric kP50{ShiftMetric::Kind::quantile, 0.50};
constexpr ShiftMetric kP95{ShiftMetric::Kind::quantile, 0.95};
constexpr ShiftMetric kP99{ShiftMetric::Kind::quantile, 0.99};
constexpr ShiftMetric kTail5{ShiftMetric::Kind::tail5, 0.95};

std::vector<double> ratios_of(const std::vector<SlotValues>& slots, const ShiftMetric& metric) {
  BlockRatios blocks(metric, {.slots = 30, .fewest_requests = 100});
  for (const auto& slot : slots) blocks.add(slot);
  return {blocks.ratios().begin(), blocks.ratios().end()};
}

SlotValues slot_of(std::vector<double> candidate_ns, std::vector<double> baseline_ns) {
  return {exact_values(std::move(candidate_ns)), exact_values(std::move(baseline_ns))};
}

// Pairs of values with a sum of at most 0, on a grid that reaches the bend of f on both sides.
template <class Check>
void for_pairs_with_sum_up_to_zero(const Check& check) {
  for (double first = -6; first <= 6; first += 0.125)
    for (double second = -6; second <= -first; second += 0.125) check(first, second);
}

}  // namespace

// What makes the test valid for every shift below the margin, and not only at it: a value and its mirror
// image about a point below 0 are equally likely.
TEST_CASE("sequential shift: a pair that favours the null never gains, for any bet") {
  for (const double bet : {0.05, 0.3, 1.0, 3.0, 20.0}) {
    const auto f = [&](double x) { return std::exp(bet * x - bet * bet * x * x / 2); };
    for_pairs_with_sum_up_to_zero([&](double a, double b) { CHECK(f(a) + f(b) <= 2 + 1e-12); });
  }
}

TEST_CASE("sequential shift: the mixture of all bets never gains either, wherever it stands") {
  for (const double rho : {0.01, 1.0, 50.0})
    for (const double sum : {-3.0, 0.0, 2.0})
      for (const double squares : {0.0, 4.0, 40.0}) {
        if (sum * sum > squares * 50) continue;  // at most 50 values have made this sum
        const auto value = [&](double x) {
          return std::exp(log_symmetric_mixture(sum + x, squares + x * x, rho));
        };
        const double now = std::exp(log_symmetric_mixture(sum, squares, rho));
        for_pairs_with_sum_up_to_zero(
            [&](double a, double b) { CHECK(value(a) + value(b) <= 2 * now * (1 + 1e-12)); });
      }
}

TEST_CASE("sequential shift: clipping keeps the favour of a pair") {
  for (const double clip : {0.5, 2.0})
    for_pairs_with_sum_up_to_zero(
        [&](double a, double b) { CHECK(std::clamp(a, -clip, clip) + std::clamp(b, -clip, clip) <= 1e-12); });
}

TEST_CASE("sequential shift: the mixture is smooth where its normal tail is taken from Mills's ratio") {
  const double rho = 1;
  const auto at = [&](double z) { return log_symmetric_mixture(z, 0, rho); };
  CHECK(at(-29.999) == doctest::Approx(at(-30.001)).epsilon(1e-3));
  CHECK(std::isfinite(at(-1e6)));
  CHECK(at(0) == doctest::Approx(0));
}

TEST_CASE("sequential shift: a block is three correlation times, and longer for thin traffic") {
  CHECK(block_rule(kP50, 0.5, 5, 100).slots == 30);
  CHECK(block_rule(kP50, 0.5, 10, 100).slots == 60);
  CHECK(block_rule(kP99, 0.5, 5, 100).slots == 30);
  CHECK(block_rule(kP99, 0.5, 5, 100).fewest_requests == 500);
  const auto thin = block_rule(kP99, 0.5, 5, 10);
  CHECK(thin.slots == 200);
  CHECK(thin.seconds(0.5) == 100);
  CHECK(block_rule(kTail5, 0.5, 5, 100).fewest_requests == 100);
}

TEST_CASE("sequential shift: a block gives the log ratio of the arms' quantiles over all its slots") {
  BlockRatios blocks({ShiftMetric::Kind::quantile, 0.5}, {.slots = 2, .fewest_requests = 3});
  blocks.add(slot_of({100, 900}, {50, 60}));
  CHECK(blocks.ratios().empty());
  blocks.add(slot_of({400}, {70}));
  REQUIRE(blocks.ratios().size() == 1);
  CHECK(blocks.ratios()[0] == doctest::Approx(std::log(400.0 / 60.0)));
}

TEST_CASE("sequential shift: tail5 compares the mean log of the slowest twentieth") {
  std::vector<double> candidate(40, 10.0), baseline(40, 10.0);
  candidate[3] = 200;
  candidate[30] = 800;
  baseline[5] = 100;
  BlockRatios blocks(kTail5, {.slots = 1, .fewest_requests = 40});
  blocks.add(slot_of(candidate, baseline));
  REQUIRE(blocks.ratios().size() == 1);
  CHECK(blocks.ratios()[0] ==
        doctest::Approx((std::log(200.0) + std::log(800.0) - std::log(100.0) - std::log(10.0)) / 2));
}

TEST_CASE("sequential shift: a block with too few requests in one arm is left out, not its neighbours") {
  BlockRatios blocks(kP50, {.slots = 1, .fewest_requests = 2});
  blocks.add(slot_of({1, 2}, {1, 2}));
  blocks.add(slot_of({1, 2}, {9}));
  blocks.add(slot_of({}, {}));
  blocks.add(slot_of({4, 5}, {1, 2}));
  CHECK(blocks.ratios().size() == 2);
  CHECK(blocks.left_out() == 2);
}

TEST_CASE("sequential shift: swapping the arms turns every ratio") {
  auto run = lognormal_run({.slots = 60, .candidate_factor = 1.3});
  const auto forward = ratios_of(bucketed(run), kP95);
  for (auto& slot : run) std::swap(slot.candidate_ns, slot.baseline_ns);
  const auto backward = ratios_of(bucketed(run), kP95);
  REQUIRE(forward.size() == backward.size());
  for (std::size_t i = 0; i < forward.size(); ++i) CHECK(forward[i] == doctest::Approx(-backward[i]));
}

TEST_CASE("sequential shift: identical arms pass, a slower candidate fails, and each only on its side") {
  const double margin = std::log(1.10);
  const auto same = watch_shift(ratios_of(bucketed(lognormal_run({.slots = 1200})), kP50), margin, 0.05);
  CHECK(same.blocks == 40);
  CHECK(same.passed_after > ShiftEvidence::kPilotBlocks);
  CHECK(same.failed_after == 0);
  const auto slower = watch_shift(
      ratios_of(bucketed(lognormal_run({.slots = 1200, .candidate_factor = 1.25})), kP50), margin, 0.05);
  CHECK(slower.failed_after > ShiftEvidence::kPilotBlocks);
  CHECK(slower.passed_after == 0);
}

TEST_CASE("sequential shift: the pilot is no evidence") {
  const std::vector<double> pilot(ShiftEvidence::kPilotBlocks, -0.5);
  const auto evidence = watch_shift(pilot, 0.1, 0.05);
  CHECK(evidence.blocks == 8);
  CHECK(evidence.passed_after == 0);
  CHECK(evidence.failed_after == 0);
  CHECK(evidence.pass_log_e == 0);
  CHECK(evidence.decides_at == doctest::Approx(std::log(20)));
}

TEST_CASE("sequential shift: what was decided once stays decided") {
  std::vector<double> ratios(ShiftEvidence::kPilotBlocks, 0.01);
  ratios[0] = -0.01;
  ratios[1] = 0.03;
  ratios.insert(ratios.end(), 60, 0.0);
  const auto proven_after = watch_shift(ratios, 0.1, 0.05).passed_after;
  CHECK(proven_after > ShiftEvidence::kPilotBlocks);
  CHECK(proven_after < 68);
  ratios.insert(ratios.end(), 60, 0.2);
  const auto later = watch_shift(ratios, 0.1, 0.05);
  CHECK(later.pass_log_e < later.decides_at);
  CHECK(later.passed_after == proven_after);
}

TEST_CASE("sequential shift: constant times decide") {
  const std::vector<double> ratios(60, 0.0);
  CHECK(watch_shift(ratios, 0.1, 0.05).passed_after > 0);
}
