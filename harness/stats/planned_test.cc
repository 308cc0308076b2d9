#include "stats/planned_test.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>

#include "base/random.h"
#include "stats/distributions.h"

namespace assay::stats {
namespace {

constexpr std::size_t kGridPoints = 48;
constexpr std::size_t kDraws = 256;
constexpr std::uint64_t kSeed = 20'260'101;
constexpr double kFarthest = 40;  // standard errors

using Grid = std::array<double, kGridPoints>;

// The equally likely cells of the half-Cauchy prior of the square root of the ratio.
Grid prior_grid(double requests_per_s) {
  const double scale = std::clamp(std::sqrt(requests_per_s / 50), 1.0, 5.0);
  Grid grid{};
  for (std::size_t g = 0; g < kGridPoints; ++g) {
    const double root =
        scale * std::tan(std::numbers::pi * (static_cast<double>(g) + 0.5) / (2.0 * kGridPoints));
    grid[g] = root * root;
  }
  return grid;
}

// s_j of the slow noise's spectrum.
std::vector<double> spectrum_shape(double seconds, double correlation_seconds, std::size_t count) {
  std::vector<double> shape(count);
  for (std::size_t j = 0; j < count; ++j) {
    const double turn = std::numbers::pi * static_cast<double>(j + 1) * correlation_seconds / seconds;
    shape[j] = 1 / (1 + turn * turn);
  }
  return shape;
}

std::size_t frequency_count(double seconds) {
  return static_cast<std::size_t>(std::clamp(std::lround(0.2 * seconds), 10L, 40L));
}

double log_likelihood(double ratio, std::span<const double> shape, std::span<const double> spectrum) {
  double sum = 0;
  for (std::size_t j = 0; j < spectrum.size(); ++j) {
    const double power = 1 + ratio * shape[j];
    sum += std::log(power) + spectrum[j] / power;
  }
  return -0.5 * sum;
}

void to_weights(Grid& logs) {
  const double largest = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (double& log : logs) sum += log = std::exp(log - largest);
  for (double& weight : logs) weight /= sum;
}

// Where the test's p-value falls to alpha, in white standard errors.
double critical_sum(const Grid& ratios, const Grid& weights, double alpha) {
  double low = -kFarthest, high = 0;
  for (int step = 0; step < 30; ++step) {
    const double middle = (low + high) / 2;
    double p = 0;
    for (std::size_t g = 0; g < kGridPoints; ++g) {
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

std::vector<SlowRatio> slow_ratios(std::span<const SeenSpectrum> runs, const TestPlan& plan) {
  const Grid ratios = prior_grid(plan.requests_per_s);
  Grid weights{};
  for (const SeenSpectrum& run : runs) {
    const auto shape = spectrum_shape(run.seconds, plan.correlation_seconds, run.ratios.size());
    for (std::size_t g = 0; g < kGridPoints; ++g)
      weights[g] += log_likelihood(ratios[g] * run.requests_per_s / plan.requests_per_s, shape, run.ratios);
  }
  to_weights(weights);
  std::vector<SlowRatio> slow(kGridPoints);
  for (std::size_t g = 0; g < kGridPoints; ++g) slow[g] = {ratios[g], weights[g]};
  return slow;
}

PlannedTest::PlannedTest(double white_error, std::span<const SlowRatio> slow, const TestPlan& plan,
                         double margin, double alpha)
    : white_error_(std::max(white_error, 1e-9)), margin_(margin), draws_(kDraws) {
  const auto shape = spectrum_shape(plan.seconds, plan.correlation_seconds, frequency_count(plan.seconds));
  const Grid ratios = prior_grid(plan.requests_per_s);
  Random random(kSeed, 0);
  std::vector<double> spectrum(shape.size());
  for (std::size_t i = 0; i < kDraws; ++i) {
    const double truth = ratio_at(slow, (static_cast<double>(i) + 0.5) / kDraws);
    for (std::size_t j = 0; j < shape.size(); ++j) {
      const double wave = normal(random);
      spectrum[j] = (1 + truth * shape[j]) * wave * wave;
    }
    Grid weights{};
    for (std::size_t g = 0; g < kGridPoints; ++g) weights[g] = log_likelihood(ratios[g], shape, spectrum);
    to_weights(weights);
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
