#include "stats/slow_noise.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "stats/distributions.h"

namespace {

using assay::stats::NoisePrior;
using assay::stats::SlowNoise;
using assay::stats::SlowNoiseResult;

constexpr std::size_t kSlots = 60;

// The golden cases of the verdict method, section 1.12: 60 slots in 30 s, correlation time 5 s, prior
// scale 2.
SlowNoiseResult golden(double constant, double wave, std::size_t first_unused = 0,
                       std::size_t end_unused = 0) {
  std::vector<double> scores(kSlots);
  std::vector<char> used(kSlots, 1);
  for (std::size_t k = 0; k < kSlots; ++k) {
    const auto at = static_cast<double>(k);
    scores[k] = constant + 0.02 * std::sin(1.7 * at) + wave * std::cos(0.11 * at);
    used[k] = k < first_unused || k >= end_unused;
  }
  return SlowNoise(kSlots, 30).test(scores, used, NoisePrior(30, 2, 5), 1e-9);
}

// `digits` decimals of the published number.
bool agrees(double value, double published, int digits) {
  return std::fabs(value - published) <= 0.5000001 * std::pow(10.0, -digits);
}

}  // namespace

TEST_CASE("slow noise: white scores give the golden p-value") {
  const auto result = golden(-0.004, 0);
  CHECK(agrees(result.sum, -0.242056, 6));
  CHECK(agrees(result.white, 0.01200470, 8));
  CHECK(agrees(result.p_pass, 0.038795, 6));
}

TEST_CASE("slow noise: a slow wave turns 2.7 standard errors into no evidence") {
  const auto result = golden(-0.008, 0.02);
  CHECK(agrees(result.sum, -0.424971, 6));
  CHECK(agrees(result.white, 0.02464947, 8));
  CHECK(agrees(result.spectrum.at(1), 29.883525, 6));
  CHECK(agrees(result.p_pass, 0.176869, 6));
  CHECK(std::fabs(result.sum) / std::sqrt(result.white) > 2.7);
  CHECK(result.slow_share() > 0.8);
}

TEST_CASE("slow noise: unused slots take no part") {
  const auto result = golden(0.006, 0.02, 20, 25);
  CHECK(agrees(result.sum, 0.452178, 6));
  CHECK(agrees(result.white, 0.02269822, 8));
  CHECK(agrees(result.p_pass, 0.842376, 6));
}

TEST_CASE("slow noise: scores of opposite sign give the opposite p-value") {
  std::vector<double> scores(kSlots), opposite(kSlots);
  for (std::size_t k = 0; k < kSlots; ++k) {
    scores[k] = 0.003 + 0.02 * std::sin(1.3 * static_cast<double>(k));
    opposite[k] = -scores[k];
  }
  const std::vector<char> used(kSlots, 1);
  const SlowNoise noise(kSlots, 30);
  const NoisePrior prior(30, 1, 5);
  CHECK(noise.test(scores, used, prior, 1e-9).p_pass ==
        doctest::Approx(1 - noise.test(opposite, used, prior, 1e-9).p_pass));
}

TEST_CASE("slow noise: the counting variance is a floor under the white noise") {
  std::vector<double> scores(kSlots, -0.001);
  const auto result =
      SlowNoise(kSlots, 30).test(scores, std::vector<char>(kSlots, 1), NoisePrior(30, 1, 5), 0.04);
  CHECK(result.white == doctest::Approx(0.04));
  CHECK(result.p_pass < 0.5);
  CHECK(result.p_pass > 0.05);
}

TEST_CASE("slow noise: unseen variance widens the test as Student's t does") {
  const std::vector<double> scores(kSlots, -0.01);  // sum -0.6
  const std::vector<char> used(kSlots, 1);
  const SlowNoise noise(kSlots, 30);
  const NoisePrior prior(30, 1, 5);
  const double floor = 1e-8;
  const auto known = noise.test(scores, used, prior, floor, {.value = 0.09});
  CHECK(known.p_pass == doctest::Approx(assay::stats::normal_cdf(-2)).epsilon(0.001));
  CHECK(known.unseen == 0.09);
  CHECK(known.unseen_share() > 0.99);
  const auto estimated = noise.test(scores, used, prior, floor, {.value = 0.09, .freedom = 5});
  CHECK(estimated.p_pass == doctest::Approx(assay::stats::student_cdf(-2, 5)).epsilon(0.05));
  CHECK(noise.test(scores, used, prior, floor).p_pass < 1e-6);
}
