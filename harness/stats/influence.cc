#include "stats/influence.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace assay::stats {
namespace {

// Scores are steps in the shift, so their slope is taken over a good part of the interval.
constexpr double kShortestStep = 0.01, kLongestStep = 0.2;

double sum_of(const SlotScores& series) {
  return std::accumulate(series.scores.begin(), series.scores.end(), 0.0);
}

std::vector<SlotInfluence> strongest(std::vector<SlotInfluence> all, double estimate, std::size_t count) {
  std::stable_sort(all.begin(), all.end(), [&](const SlotInfluence& a, const SlotInfluence& b) {
    return std::fabs(a.without - estimate) > std::fabs(b.without - estimate);
  });
  all.resize(std::min(all.size(), count));
  return all;
}

double rate(std::uint64_t errors, std::uint64_t requests) {
  return static_cast<double>(errors) / static_cast<double>(requests);
}

}  // namespace

double score_slope(const LatencyShift& shift, const ShiftMetric& metric, const ShiftInterval& interval) {
  const double step = std::clamp((interval.high - interval.low) / 4, kShortestStep, kLongestStep);
  const auto above = shift.scores(metric, interval.estimate + step);
  const auto below = shift.scores(metric, interval.estimate - step);
  if (!above || !below) return 0;
  return std::max(0.0, (sum_of(*below) - sum_of(*above)) / (2 * step));
}

std::vector<SlotInfluence> strongest_slots(const LatencyShift& shift, const ShiftMetric& metric,
                                           const ShiftInterval& interval, std::size_t count) {
  const std::optional<SlotScores> series = shift.scores(metric, interval.estimate);
  const double slope = score_slope(shift, metric, interval);
  if (!series || slope <= 0) return {};
  std::vector<SlotInfluence> all;
  for (std::size_t k = 0; k < series->scores.size(); ++k) {
    if (series->used[k]) all.push_back({k, interval.estimate - series->scores[k] / slope});
  }
  return strongest(std::move(all), interval.estimate, count);
}

std::vector<SlotInfluence> strongest_slots(std::span<const ErrorSlot> slots, std::size_t count) {
  ErrorSlot all;
  for (const ErrorSlot& slot : slots) {
    all.candidate_errors += slot.candidate_errors;
    all.candidate_requests += slot.candidate_requests;
    all.baseline_errors += slot.baseline_errors;
    all.baseline_requests += slot.baseline_requests;
  }
  std::vector<SlotInfluence> influences;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    const ErrorSlot& slot = slots[k];
    const bool alone =
        slot.candidate_requests == all.candidate_requests || slot.baseline_requests == all.baseline_requests;
    if (alone || slot.candidate_errors + slot.baseline_errors == 0) continue;
    influences.push_back({k, rate(all.candidate_errors - slot.candidate_errors,
                                  all.candidate_requests - slot.candidate_requests) -
                                 rate(all.baseline_errors - slot.baseline_errors,
                                      all.baseline_requests - slot.baseline_requests)});
  }
  if (influences.empty()) return {};
  const double estimate =
      rate(all.candidate_errors, all.candidate_requests) - rate(all.baseline_errors, all.baseline_requests);
  return strongest(std::move(influences), estimate, count);
}

}  // namespace assay::stats
