#include "stats/latency_shift.h"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "stats/distributions.h"
#include "stats/residual_grid.h"

namespace assay::stats {
namespace {

constexpr std::size_t kFewestSlots = 40, kFewestCalmSlots = 20;
constexpr double kSmallestCalmShare = 0.5;
constexpr double kShiftPrecision = 1e-4;  // 0.01 % of a time
constexpr double kLargestShift = 10;      // a factor of 22 000
constexpr double kSmallestSecant = 0.02;  // below it single requests make the steps

struct CalmRequests {
  double candidate = 0, baseline = 0;
};

CalmRequests calm_requests(const std::vector<SlotValues>& slots, const CalmTime& calm) {
  CalmRequests n;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    if (!calm.calm[k]) continue;
    n.candidate += static_cast<double>(slots[k].candidate.requests);
    n.baseline += static_cast<double>(slots[k].baseline.requests);
  }
  return n;
}

// Requests that each arm needs beyond the quantile.
double fewest_beyond(const ShiftMetric& metric) {
  if (metric.kind == ShiftMetric::Kind::quantile && metric.quantile > 0.2 && metric.quantile < 0.8) return 0;
  return metric.quantile > 0.95 ? 10 : 15;
}

// Scores of the requests of one arm in one slot, summed. A score is 1 above the pooled quantile, 1/2 in its
// cell (ties), 0 below; for tail5 the log excess over it.
struct Scores {
  double sum = 0, squares = 0;
};

Scores quantile_scores(const LogValues& times, double level, int quantile_cell) {
  Scores scores;
  for (auto value = times.values.rbegin(); value != times.values.rend(); ++value) {
    const int cell = ResidualGrid::cell(value->log_ns - level);
    if (cell < quantile_cell) break;
    scores.sum += (cell == quantile_cell ? 0.5 : 1.0) * value->count;
  }
  return scores;
}

Scores excess_scores(const LogValues& times, double level, double threshold) {
  Scores scores;
  for (auto value = times.values.rbegin(); value != times.values.rend(); ++value) {
    const double excess = value->log_ns - level - threshold;
    if (excess <= 0) break;
    scores.sum += excess * value->count;
    scores.squares += excess * excess * value->count;
  }
  return scores;
}

int pooled_quantile_cell(const std::vector<SlotValues>& slots, const CalmTime& calm, double shift, double q) {
  ResidualGrid grid;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    if (!calm.calm[k]) continue;
    for (const auto& value : slots[k].candidate.values)
      grid.add(ResidualGrid::cell(value.log_ns - calm.level[k] - shift), value.count);
    for (const auto& value : slots[k].baseline.values)
      grid.add(ResidualGrid::cell(value.log_ns - calm.level[k]), value.count);
  }
  return grid.quantile_cell(q);
}

// The series of U_k.
SlotScores score_series(const std::vector<SlotValues>& slots, const CalmTime& calm, const ShiftMetric& metric,
                        double shift) {
  const bool is_quantile = metric.kind == ShiftMetric::Kind::quantile;
  const int cell = pooled_quantile_cell(slots, calm, shift, metric.quantile);
  const auto scores_of = [&](const LogValues& times, double level) {
    return is_quantile ? quantile_scores(times, level, cell)
                       : excess_scores(times, level, ResidualGrid::middle(cell));
  };
  std::vector<Scores> candidate(slots.size()), baseline(slots.size());
  double sum = 0, squares = 0;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    if (!calm.calm[k]) continue;
    candidate[k] = scores_of(slots[k].candidate, calm.level[k] + shift);
    baseline[k] = scores_of(slots[k].baseline, calm.level[k]);
    sum += candidate[k].sum + baseline[k].sum;
    squares += candidate[k].squares + baseline[k].squares;
  }

  const CalmRequests n = calm_requests(slots, calm);
  const double total = n.candidate + n.baseline, mean = sum / total;
  SlotScores series{std::vector<double>(slots.size(), 0.0), calm.calm, 0};
  for (std::size_t k = 0; k < slots.size(); ++k) {
    if (!calm.calm[k]) continue;
    const double expected_candidate = mean * static_cast<double>(slots[k].candidate.requests);
    const double expected_baseline = mean * static_cast<double>(slots[k].baseline.requests);
    series.scores[k] = (candidate[k].sum - expected_candidate) / n.candidate -
                       (baseline[k].sum - expected_baseline) / n.baseline;
  }
  const double q = metric.quantile;
  const double variance = is_quantile ? q * (1 - q) : squares / total - mean * mean;
  series.floor = variance * (1 / n.candidate + 1 / n.baseline);
  return series;
}

// Finds the shift at which `z_of` falls through `target`, walking outwards from `start` until it is enclosed.
// `z_of` decreases, in steps; `failed` ends the search early.
template <class ZOf>
double solve(const ZOf& z_of, double target, double start, const bool& failed) {
  const auto distance = [&](double shift) { return failed ? 0.0 : z_of(shift) - target; };
  double low = start, high = start, step = 0.02;
  double at_low = distance(start), at_high = at_low;
  while (at_high > 0 && high < kLargestShift) {
    low = high;
    at_low = at_high;
    at_high = distance(high += step);
    step *= 2;
  }
  while (at_low < 0 && low > -kLargestShift) {
    high = low;
    at_high = at_low;
    at_low = distance(low -= step);
    step *= 2;
  }
  if (at_low <= 0 || at_high >= 0) return at_low == 0 ? low : high;
  std::uintmax_t steps = 40;
  const auto close = [](double a, double b) { return std::fabs(b - a) < kShiftPrecision; };
  const auto root = boost::math::tools::toms748_solve(distance, low, high, at_low, at_high, close, steps);
  return (root.first + root.second) / 2;
}

double requests_per_second(const std::vector<SlotValues>& slots, double seconds) {
  double requests = 0;
  for (const auto& slot : slots)
    requests += static_cast<double>(slot.candidate.requests + slot.baseline.requests);
  return slots.empty() ? 0 : requests / seconds;
}

double sum_of(const std::vector<double>& scores) {
  return std::accumulate(scores.begin(), scores.end(), 0.0);
}

}  // namespace

LatencyShift::LatencyShift(std::vector<SlotValues> slots, double slot_seconds,
                           std::optional<double> correlation_seconds)
    : slots_(std::move(slots)),
      slot_seconds_(slot_seconds),
      half_width_(static_cast<std::size_t>(std::max(2L, std::lround(5 / slot_seconds)))),
      per_second_(requests_per_second(slots_, seconds())),
      correlation_seconds_(correlation_seconds),
      slow_noise_(slots_.size(), seconds()),
      own_noise_(noise({})) {}

ShiftNoise LatencyShift::noise(std::span<const NoiseVector> stored,
                               std::optional<PlacementSpread> placement) const {
  const NoiseProfile profile(stored, seconds(), per_second_);
  return {NoisePrior(seconds(), strength_scale(per_second_), correlation_seconds_, profile), placement};
}

CalmTime LatencyShift::calm_time(double shift) const { return find_calm_time(slots_, shift, half_width_); }

Shortage LatencyShift::shortage(const ShiftMetric& metric, const CalmTime& calm) const {
  if (slots_.size() < kFewestSlots) return Shortage::slots;
  if (calm.calm_slots < kFewestCalmSlots || calm.share() < kSmallestCalmShare) return Shortage::calm_time;
  const CalmRequests n = calm_requests(slots_, calm);
  const double beyond = std::min(metric.quantile, 1 - metric.quantile) * std::min(n.candidate, n.baseline);
  return beyond * (1 + 1e-9) < fewest_beyond(metric) ? Shortage::requests : Shortage::none;
}

std::optional<SlotScores> LatencyShift::scores(const ShiftMetric& metric, double shift) const {
  const CalmTime calm = calm_time(shift);
  if (shortage(metric, calm) != Shortage::none) return std::nullopt;
  return score_series(slots_, calm, metric, shift);
}

std::optional<SlowNoiseResult> LatencyShift::test(const ShiftMetric& metric, double shift) const {
  return test(metric, shift, own_noise_);
}

std::optional<SlowNoiseResult> LatencyShift::test(const ShiftMetric& metric, double shift,
                                                  const ShiftNoise& noise) const {
  const std::optional<SlotScores> series = scores(metric, shift);
  if (!series) return std::nullopt;
  const bool all_equal = series->floor <= 0 && std::all_of(series->scores.begin(), series->scores.end(),
                                                           [](double score) { return score == 0; });
  if (all_equal) return std::nullopt;
  return slow_noise_.test(series->scores, series->used, noise.prior, series->floor,
                          unseen(metric, shift, noise));
}

// The spread of placements is known in logs and the test is one of scores, so it is multiplied by how fast
// the sum of scores falls with the shift: a secant over the spread itself, in the calm time of the tested
// shift.
UnseenVariance LatencyShift::unseen(const ShiftMetric& metric, double shift, const ShiftNoise& noise) const {
  if (!noise.placement || noise.placement->variance <= 0) return {};
  const CalmTime calm = calm_time(shift);
  const double step = std::max(kSmallestSecant, std::sqrt(noise.placement->variance));
  const double slope = (sum_of(score_series(slots_, calm, metric, shift - step).scores) -
                        sum_of(score_series(slots_, calm, metric, shift + step).scores)) /
                       (2 * step);
  return {noise.placement->variance * slope * slope, noise.placement->freedom};
}

std::optional<ShiftInterval> LatencyShift::interval(const ShiftMetric& metric, double alpha) const {
  return interval(metric, alpha, own_noise_);
}

std::optional<ShiftInterval> LatencyShift::interval(const ShiftMetric& metric, double alpha,
                                                    const ShiftNoise& noise) const {
  bool failed = false;
  double slow_share = 0, placement_share = 0;
  const auto z_of = [&](double shift) {
    const auto result = test(metric, shift, noise);
    failed = failed || !result;
    if (!result) return 0.0;
    slow_share = result->slow_share();
    placement_share = result->unseen_share();
    return normal_quantile(std::clamp(result->p_pass, 1e-12, 1 - 1e-12));
  };
  ShiftInterval interval;
  interval.estimate = solve(z_of, 0, 0, failed);
  interval.slow_share = slow_share;
  interval.placement_share = placement_share;
  const double z = normal_quantile(1 - alpha);
  interval.low = solve(z_of, z, interval.estimate, failed);
  interval.high = solve(z_of, -z, interval.estimate, failed);
  if (failed) return std::nullopt;
  return interval;
}

std::optional<NoiseVector> LatencyShift::noise_vector(const ShiftMetric& metric, double estimate) const {
  auto result = test(metric, estimate);
  if (!result) return std::nullopt;
  return NoiseVector{std::move(result->spectrum), seconds(), per_second_};
}

}  // namespace assay::stats
