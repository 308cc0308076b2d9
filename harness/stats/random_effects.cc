#include "stats/random_effects.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace assay::stats {
namespace {

constexpr double kPower = 0.8;
constexpr std::size_t kFewestRuns = 3;    // n - 2 degrees of freedom
constexpr double kLeastVariance = 1e-24;  // far below any real one: rounding of equal values is no spread

double squared(double x) { return x * x; }

double weight(const RunEstimate& run, double between) {
  return 1 / std::max(squared(run.standard_error) + between, kLeastVariance);
}

struct WeightedMean {
  double value = 0, variance = 0;
};

WeightedMean weighted_mean(std::span<const RunEstimate> runs, double between) {
  double weights = 0, sum = 0;
  for (const auto& run : runs) {
    const double w = weight(run, between);
    weights += w;
    sum += w * run.value;
  }
  return {sum / weights, 1 / weights};
}

double weighted_squares(std::span<const RunEstimate> runs, std::optional<double> known_mean, double between) {
  const double mean = known_mean ? *known_mean : weighted_mean(runs, between).value;
  double sum = 0;
  for (const auto& run : runs) sum += weight(run, between) * squared(run.value - mean);
  return sum;
}

// Standard errors from the margin to the truth at which a test decides with the wanted power.
double planning_distance(double alpha, double freedom) {
  return student_quantile(1 - alpha, freedom) + normal_quantile(kPower);
}

}  // namespace

double variance_between(std::span<const RunEstimate> runs, std::optional<double> known_mean) {
  const std::size_t fitted = known_mean ? 0 : 1;
  if (runs.size() <= fitted) return 0;
  const auto expected = static_cast<double>(runs.size() - fitted);
  const auto too_large = [&](double between) {
    return weighted_squares(runs, known_mean, between) > expected;
  };
  if (!too_large(0)) return 0;
  // The squares fall with the variance; at the sum of all unweighted squares they lie below what is expected.
  double high = 0;
  const double centre = known_mean.value_or(runs.front().value);
  for (const auto& run : runs) high += squared(run.value - centre);
  double low = 0;
  for (int step = 0; step < 100 && low < high; ++step) {
    const double middle = (low + high) / 2;
    (too_large(middle) ? low : high) = middle;
  }
  return high;
}

double Reference::tau() const { return std::sqrt(between); }

std::optional<Reference> stored_reference(std::span<const RunEstimate> valid,
                                          std::span<const RunEstimate> passing) {
  if (valid.size() < kFewestRuns || passing.empty()) return std::nullopt;
  const double between = variance_between(valid);
  const WeightedMean mean = weighted_mean(passing, between);
  return Reference{mean.value, mean.variance, between, static_cast<double>(valid.size() - 2)};
}

std::optional<Reference> pinned_reference(std::span<const RunEstimate> valid, const RunEstimate& pinned) {
  if (valid.size() < kFewestRuns) return std::nullopt;
  const double between = variance_between(valid);
  return Reference{pinned.value, between + squared(pinned.standard_error), between,
                   static_cast<double>(valid.size() - 2)};
}

PredictionTest test_against(const Reference& reference, std::span<const RunEstimate> candidate, double margin,
                            double alpha) {
  PredictionTest test;
  test.freedom = reference.freedom;
  if (candidate.empty()) return test;
  const WeightedMean own = weighted_mean(candidate, reference.between);
  test.difference = own.value - reference.value;
  test.standard_error = std::sqrt(own.variance + reference.variance);
  const double distance = test.difference - margin;
  const double t = distance == 0 ? 0 : distance / test.standard_error;  // infinite without any noise
  test.p_pass = student_cdf(t, test.freedom);
  test.p_fail = student_cdf(-t, test.freedom);
  const double reach = student_quantile(1 - alpha, test.freedom) * test.standard_error;
  test.low = test.difference - reach;
  test.high = test.difference + reach;
  const double planned = planning_distance(alpha, test.freedom);
  test.detectable = margin + planned * test.standard_error;
  test.passing = margin - planned * test.standard_error;
  const double spare = squared(margin / planned) - reference.variance;
  if (spare > 0) test.runs_needed = std::ceil(own.variance * static_cast<double>(candidate.size()) / spare);
  return test;
}

double PlacementSpread::tau_instance() const { return std::sqrt(variance / 2); }

std::optional<PlacementSpread> placement_spread(std::span<const RunEstimate> aa_differences) {
  if (aa_differences.size() < kFewestPlacements) return std::nullopt;
  return PlacementSpread{variance_between(aa_differences, 0.0), static_cast<double>(aa_differences.size())};
}

}  // namespace assay::stats
