#include "stats/arm_level.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/noise_prior.h"
#include "stats/slow_noise.h"

namespace assay::stats {
namespace {

constexpr std::size_t kFewestSlots = 40;
constexpr double kFewestBeyond = 10;

double log_of(std::int64_t ns) { return std::log(static_cast<double>(std::max<std::int64_t>(ns, 1))); }

Histogram all_of(const ArmSlots& slots) {
  Histogram all;
  for (const Histogram& slot : slots.times) all.merge(slot);
  return all;
}

// Sums of a request's score over each slot, and what counting alone makes of their sum.
struct LevelScores {
  std::vector<double> sums;
  double floor = 0;
};

template <class Score>
LevelScores scores_of(const ArmSlots& slots, const Score& score_of) {
  LevelScores scores;
  double sum = 0, squares = 0, requests = 0;
  for (const Histogram& slot : slots.times) {
    double slot_sum = 0;
    for (const auto& bucket : slot.buckets()) {
      const double score = score_of(bucket.index), count = static_cast<double>(bucket.count);
      slot_sum += score * count;
      squares += score * score * count;
    }
    sum += slot_sum;
    requests += static_cast<double>(slot.count());
    scores.sums.push_back(slot_sum);
  }
  const double mean = sum / requests;
  for (std::size_t k = 0; k < scores.sums.size(); ++k)
    scores.sums[k] -= mean * static_cast<double>(slots.times[k].count());
  scores.floor = std::max(0.0, squares - requests * mean * mean);
  return scores;
}

double deviation_of_sum(const ArmSlots& slots, const LevelScores& scores, double prior_scale) {
  if (scores.floor <= 0) return 0;
  std::vector<char> used(slots.times.size());
  for (std::size_t k = 0; k < used.size(); ++k) used[k] = slots.times[k].empty() ? char{0} : char{1};
  if (std::count(used.begin(), used.end(), 1) < 2) return std::sqrt(scores.floor);
  const NoisePrior prior(slots.seconds(), prior_scale, slots.correlation_seconds);
  const auto noise = SlowNoise(used.size(), slots.seconds()).test(scores.sums, used, prior, scores.floor);
  return std::sqrt(noise.variance);
}

double prior_scale_for(const ArmSlots& slots, double requests) {
  return std::clamp(std::sqrt(requests / slots.seconds() / 50), 1.0, 5.0);
}

ArmLevel quantile_level(const ArmSlots& slots, const Histogram& all, double q) {
  const std::uint32_t at = Buckets::index(all.quantile(q));
  const auto scores = scores_of(slots, [&](std::uint32_t index) {
    return index == at ? 0.5 : index > at ? 1.0 : 0.0;
  });
  const auto requests = static_cast<double>(all.count());
  const double error = deviation_of_sum(slots, scores, prior_scale_for(slots, requests)) / requests;
  const double below = std::max(q - error, 0.5 / requests), above = std::min(q + error, 1.0);
  return {log_of(all.quantile(q)), (log_of(all.quantile(above)) - log_of(all.quantile(below))) / 2};
}

ArmLevel tail_level(const ArmSlots& slots, const Histogram& all, double q) {
  const double threshold = log_of(all.quantile(q));
  const auto excess = [&](std::uint32_t index) {
    return std::max(0.0, log_of(Buckets::middle(index)) - threshold) / (1 - q);
  };
  double sum = 0;
  for (const auto& bucket : all.buckets()) sum += excess(bucket.index) * static_cast<double>(bucket.count);
  const auto requests = static_cast<double>(all.count());
  const double error =
      deviation_of_sum(slots, scores_of(slots, excess), prior_scale_for(slots, requests)) / requests;
  return {threshold + sum / requests, error};
}

}  // namespace

std::optional<ArmLevel> time_level(const ArmSlots& slots, const ShiftMetric& metric) {
  if (slots.times.size() < kFewestSlots) return std::nullopt;
  const Histogram all = all_of(slots);
  const double beyond =
      std::min(metric.quantile, 1 - metric.quantile) * static_cast<double>(all.count()) * (1 + 1e-9);
  if (beyond < kFewestBeyond) return std::nullopt;
  return metric.kind == ShiftMetric::Kind::tail5 ? tail_level(slots, all, metric.quantile)
                                                 : quantile_level(slots, all, metric.quantile);
}

std::optional<ArmLevel> error_level(const ArmSlots& slots) {
  double requests = 0, errors = 0;
  for (const Histogram& slot : slots.times) requests += static_cast<double>(slot.count());
  for (const std::uint64_t slot : slots.errors) errors += static_cast<double>(slot);
  if (slots.times.size() < kFewestSlots || requests <= 0) return std::nullopt;
  const double rate = errors / requests, at_least = std::max(errors, 1.0) / requests;
  LevelScores scores;
  for (std::size_t k = 0; k < slots.times.size(); ++k)
    scores.sums.push_back(static_cast<double>(slots.errors[k]) -
                          rate * static_cast<double>(slots.times[k].count()));
  scores.floor = requests * at_least * (1 - std::min(at_least, 0.5));
  const double prior_scale = std::clamp(std::sqrt(errors / slots.seconds()), 0.3, 3.0);
  return ArmLevel{rate, deviation_of_sum(slots, scores, prior_scale) / requests};
}

}  // namespace assay::stats
