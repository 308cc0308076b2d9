#include "stats/planned_test.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>

#include "base/random.h"
#include "stats/distributions.h"
#include "stats/noise_prior.h"
#include "stats/slow_noise.h"

namespace assay::stats {
namespace {

constexpr std::size_t kDraws = 256;
constexpr std::uint64_t kSeed = 20'260'101;
constexpr double kFarthest = 40;  // standard errors

using Grid = std::vector<double>;  // by strength

Grid prior_grid(double requests_per_s) { return strength_grid(strength_scale(requests_per_s)); }

// Where the test's p-value falls to alpha, in white standard errors.
double critical_sum(const Grid& ratios, const Grid& weights, double alpha) {
  double low = -kFarthest, high = 0;
  for (int step = 0; step < 30; ++step) {
    const double middle = (low + high) / 2;
    double p = 0;
    for (std::size_t g = 0; g < ratios.size(); ++g) {
      if (weights[g] > 1e-9) p += weights[g] * normal_cdf(middle / std::sqrt(1 + ratios[g]));
    }
    (p <= alpha ? low : high) = middle;
  }
  return low;
}

double normal(Random& random) {
  return std::sqrt(2 * random.exponential()) * std::cos(2 * std::numbers::pi * random.uniform());
}

// The ratio below which this part of all weight lies.
double ratio_at(std::span<const SlowRatio> slow, double part) {
  double total = 0;
  for (const SlowRatio& one : slow) total += one.weight;
  double below = 0;
  for (const SlowRatio& one : slow) {
    below += one.weight / total;
    if (below >= part) return one.ratio;
  }
  return slow.empty() ? 0 : slow.back().ratio;
}

// `chance` falls with the truth where `sign` is -1 and grows with it where it is 1.
template <class Chance>
double truth_at(const Chance& chance, double power, double from, double sign) {
  double step = 0.01;
  while (chance(from + sign * step) < power && step < 100) step *= 2;
  double low = 0, high = step;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (chance(from + sign * middle) >= power ? high : low) = middle;
  }
  return from + sign * high;
}

}  // namespace

std::vector<SlowRatio> slow_ratios(std::span<const NoiseVector> runs, const TestPlan& plan) {
  const Grid ratios = prior_grid(plan.requests_per_s);
  Grid weights(ratios.size());
  for (const NoiseVector& run : runs) {
    const auto shape = noise_shape(run.spectrum.size(), run.seconds, plan.correlation_seconds);
    for (std::size_t g = 0; g < ratios.size(); ++g)
      weights[g] += log_likelihood_of(ratios[g] * run.per_second / plan.requests_per_s, shape, run.spectrum);
  }
  normalise(weights);
  std::vector<SlowRatio> slow(ratios.size());
  for (std::size_t g = 0; g < ratios.size(); ++g) slow[g] = {ratios[g], weights[g]};
  return slow;
}

PlannedTest::PlannedTest(double white_error, std::span<const SlowRatio> slow, const TestPlan& plan,
                         double margin, double alpha)
    : white_error_(std::max(white_error, 1e-9)), margin_(margin), draws_(kDraws) {
  const auto shape = noise_shape(frequency_count(plan.seconds), plan.seconds, plan.correlation_seconds);
  const Grid ratios = prior_grid(plan.requests_per_s);
  Random random(kSeed, 0);
  std::vector<double> spectrum(shape.size());
  for (std::size_t i = 0; i < kDraws; ++i) {
    const double truth = ratio_at(slow, (static_cast<double>(i) + 0.5) / kDraws);
    for (std::size_t j = 0; j < shape.size(); ++j) {
      const double wave = normal(random);
      spectrum[j] = (1 + truth * shape[j]) * wave * wave;
    }
    Grid weights(ratios.size());
    for (std::size_t g = 0; g < ratios.size(); ++g)
      weights[g] = log_likelihood_of(ratios[g], shape, spectrum);
    normalise(weights);
    draws_[i] = {critical_sum(ratios, weights, alpha), std::sqrt(1 + truth)};
  }
}

double PlannedTest::chance_to_pass(double truth) const {
  const double distance = (margin_ - truth) / white_error_;
  return std::accumulate(draws_.begin(), draws_.end(), 0.0,
                         [&](double sum, const Draw& draw) {
                           return sum + normal_cdf((draw.critical + distance) / draw.spread);
                         }) /
         kDraws;
}

// The test is the same on both sides of the margin.
double PlannedTest::chance_to_fail(double truth) const { return chance_to_pass(2 * margin_ - truth); }

double PlannedTest::smallest_detectable(double power) const {
  return truth_at([&](double truth) { return chance_to_fail(truth); }, power, margin_, 1);
}

double PlannedTest::largest_passing(double power) const {
  return truth_at([&](double truth) { return chance_to_pass(truth); }, power, margin_, -1);
}

}  // namespace assay::stats
