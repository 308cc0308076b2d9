#include "stats/start_decay.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.h"

namespace {

using namespace assay::stats;

constexpr std::size_t kPoints = 20;

double normal(assay::Random& random) {
  return std::sqrt(2 * random.exponential()) * std::cos(2 * std::numbers::pi * random.uniform());
}

// White noise, or slow noise that loses its memory within `tau` points.
std::vector<double> noise(std::uint64_t seed, double deviation, double tau = 0) {
  assay::Random random(seed, 0);
  const double kept = tau > 0 ? std::exp(-1 / tau) : 0;
  std::vector<double> levels(kPoints);
  double value = deviation * normal(random);
  for (double& level : levels) {
    level = 4 + value;
    value = kept * value + std::sqrt(1 - kept * kept) * deviation * normal(random);
  }
  return levels;
}

std::vector<double> with_decay(std::vector<double> levels, double height, double theta) {
  for (std::size_t i = 0; i < levels.size(); ++i)
    levels[i] += height * std::exp(-static_cast<double>(i) / theta);
  return levels;
}

// In percent of 1,000 series.
double called_at(double level, double deviation, double tau, double height) {
  const StartDecayTest test(kPoints);
  int called = 0;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed)
    called += test.test(with_decay(noise(seed, deviation, tau), height, 2), 2).p_value < level;
  return called / 10.0;
}

}  // namespace

TEST_CASE("start decay: its height is found, whatever the level") {
  const auto decay = StartDecayTest(kPoints).test(with_decay(noise(3, 0.01), 0.4, 4), 4);
  CHECK(decay.height == doctest::Approx(0.4).epsilon(0.1));
  CHECK(decay.p_value < 1e-8);
}

TEST_CASE("start decay: a series that never changes shows none") {
  const auto decay = StartDecayTest(kPoints).test(std::vector<double>(kPoints, 17.5), 4);
  CHECK(decay.height == doctest::Approx(0));
  CHECK(decay.p_value == doctest::Approx(0.5));
}

TEST_CASE("start decay: a series that begins low shows none") {
  CHECK(StartDecayTest(kPoints).test(with_decay(noise(3, 0.01), -0.4, 4), 4).p_value > 0.99);
}

// 1 % and 5 % + 4 standard errors of 1,000 series.
TEST_CASE("start decay: noise is called no more often than the level says, slow or not") {
  for (const double tau : {0.0, 1.0, 3.0}) {
    CAPTURE(tau);
    CHECK(called_at(0.01, 0.1, tau, 0) <= 2.3);
    CHECK(called_at(0.05, 0.1, tau, 0) <= 7.8);
  }
}

TEST_CASE("start decay: one that noise hides is seldom called, a clear one nearly always") {
  CHECK(called_at(0.001, 0.03, 0, 0.3) >= 95);
  CHECK(called_at(0.001, 0.3, 0, 0.1) <= 5);
}
