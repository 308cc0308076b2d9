#include "stats/block_shift.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "base/random.h"

namespace {

using namespace assay;
using namespace assay::stats;

constexpr double kBlockSeconds = 15;

std::vector<double> white(std::size_t blocks, double mean, double spread, std::uint64_t seed) {
  Random random(seed, 1);
  std::vector<double> made(blocks);
  for (double& each : made)
    each = mean +
           spread * std::sqrt(2 * random.exponential()) * std::cos(2 * std::numbers::pi * random.uniform());
  return made;
}

BlockShift compare(const std::vector<double>& differences, double margin) {
  const std::vector<char> used(differences.size(), 1);
  return compare_blocks(differences, used, kBlockSeconds, margin, 0.05);
}

}  // namespace

TEST_CASE("block shift: values that never differ pass any margin at once") {
  const auto result = compare(std::vector<double>(20, 0.0), 0.1);
  CHECK(result.shift == doctest::Approx(0));
  CHECK(result.p_pass < 1e-9);
  CHECK(result.low == doctest::Approx(0));
  CHECK(result.high == doctest::Approx(0));
}

TEST_CASE("block shift: the interval's ends are where the p-value says so") {
  const auto differences = white(40, 0.02, 0.1, 7);
  const auto result = compare(differences, 0.1);
  CHECK(compare(differences, result.high).p_pass == doctest::Approx(0.05).epsilon(1e-3));
  CHECK(compare(differences, result.low).p_fail == doctest::Approx(0.05).epsilon(1e-3));
  CHECK(result.low < result.shift);
  CHECK(result.shift < result.high);
}

TEST_CASE("block shift: a harm far beyond the margin is proven, one far within it passes") {
  CHECK(compare(white(40, 0.5, 0.05, 3), 0.1).p_fail < 0.001);
  CHECK(compare(white(40, 0, 0.05, 3), 0.1).p_pass < 0.01);
}

TEST_CASE("block shift: noise that wanders widens the interval, though each block is precise") {
  std::vector<double> wandering;
  for (std::size_t k = 0; k < 40; ++k) wandering.push_back(0.1 * std::cos(0.08 * static_cast<double>(k)));
  const auto slow = compare(wandering, 0.1);
  auto shuffled = wandering;
  for (std::size_t k = 0; k < shuffled.size(); ++k) shuffled[k] = wandering[(k * 17) % 40];
  const auto fast = compare(shuffled, 0.1);
  CHECK(slow.shift == doctest::Approx(fast.shift));
  CHECK(slow.high - slow.low > 1.5 * (fast.high - fast.low));
  CHECK(slow.slow_share > fast.slow_share);
}

TEST_CASE("block shift: gaps count neither as zero nor as time") {
  auto differences = white(60, 0.02, 0.05, 11);
  std::vector<char> used(60, 1);
  for (std::size_t k = 20; k < 30; ++k) {
    differences[k] = 1000;
    used[k] = 0;
  }
  const auto result = compare_blocks(differences, used, kBlockSeconds, 0.1, 0.05);
  CHECK(std::abs(result.shift - 0.02) < 0.03);
  CHECK(result.p_pass < 0.05);
}
