#include "stats/error_rate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "stats/cluster_limits.h"
#include "stats/slow_noise.h"

namespace assay::stats {
namespace {

// Totals of both arms as real numbers.
struct Totals {
  double candidate_errors, candidate_requests, baseline_errors, baseline_requests;

  explicit Totals(const ErrorSlot& sum)
      : candidate_errors(static_cast<double>(sum.candidate_errors)),
        candidate_requests(static_cast<double>(sum.candidate_requests)),
        baseline_errors(static_cast<double>(sum.baseline_errors)),
        baseline_requests(static_cast<double>(sum.baseline_requests)) {}

  double candidate_rate() const { return candidate_errors / candidate_requests; }
  double baseline_rate() const { return baseline_errors / baseline_requests; }
  double errors() const { return candidate_errors + baseline_errors; }
  // Of the difference of rates, if errors came one by one (Poisson).
  double counting_variance() const {
    return candidate_errors / (candidate_requests * candidate_requests) +
           baseline_errors / (baseline_requests * baseline_requests);
  }
};

double overdispersion(std::span<const ErrorSlot> blocks, const Totals& all) {
  double squares = 0;
  for (const auto& block : blocks) {
    const Totals here(block);
    const double excess =
        (here.candidate_errors - here.candidate_requests * all.candidate_rate()) / all.candidate_requests -
        (here.baseline_errors - here.baseline_requests * all.baseline_rate()) / all.baseline_requests;
    squares += excess * excess;
  }
  const auto count = static_cast<double>(blocks.size());
  // Few blocks scatter around 1 by chance; only what lies clearly above it counts.
  const double factor = squares / all.counting_variance() * count / (count - 1);
  return factor < 3 ? factor / (1 + std::sqrt(2 / count)) : factor;
}

// The scores add up to the difference of rates, so its variance is theirs.
UnseenVariance unseen_by(const ErrorNoise& noise) {
  if (!noise.placement) return {};
  return {noise.placement->variance, noise.placement->freedom};
}

struct DriftTest {
  SlowNoiseResult result;
  double seconds, per_second;
};

DriftTest drift_test(std::span<const ErrorSlot> slots, double slot_seconds, double margin,
                     const ErrorNoise& noise) {
  const std::size_t width = slots_in(1, slot_seconds);
  const std::vector<ErrorSlot> blocks = blocks_of(slots, width);
  const Totals all(sum_of(slots));
  std::vector<double> scores;
  for (const auto& block : blocks) {
    const Totals here(block);
    scores.push_back((here.candidate_errors - margin * here.candidate_requests) / all.candidate_requests -
                     here.baseline_errors / all.baseline_requests);
  }
  const auto variance = [](double errors, double requests) {
    const double rate = std::max(errors, 1.0) / requests;
    return rate * (1 - rate) / requests;
  };
  const double floor = std::max(variance(all.candidate_errors, all.candidate_requests) +
                                    variance(all.baseline_errors, all.baseline_requests),
                                1e-300);
  const double seconds = static_cast<double>(width * blocks.size()) * slot_seconds;
  const double prior_scale = std::clamp(std::sqrt(all.errors() / seconds), 0.3, 3.0);
  const std::vector<char> used(blocks.size(), 1);
  const double per_second = (all.candidate_requests + all.baseline_requests) / seconds;
  const NoisePrior prior(seconds, prior_scale, noise.correlation_seconds,
                         NoiseProfile(noise.stored, seconds, per_second));
  return {SlowNoise(blocks.size(), seconds).test(scores, used, prior, floor, unseen_by(noise)), seconds,
          per_second};
}

}  // namespace

double errors_per_cluster(std::span<const ErrorSlot> slots, double slot_seconds) {
  const Totals all(sum_of(slots));
  double largest = 1;
  if (all.errors() <= 0) return largest;
  for (const double seconds : {1.0, 3.0, 6.0, 15.0, 30.0}) {
    const auto blocks = blocks_of(slots, slots_in(seconds, slot_seconds));
    if (blocks.size() >= 10) largest = std::max(largest, overdispersion(blocks, all));
  }
  return largest;
}

ErrorDifference compare_errors(std::span<const ErrorSlot> slots, double slot_seconds, double margin,
                               double alpha, const ErrorNoise& noise) {
  const Totals all(sum_of(slots));
  ErrorDifference result;
  result.difference = all.candidate_rate() - all.baseline_rate();
  result.errors_per_cluster = errors_per_cluster(slots, slot_seconds);
  const double seconds = static_cast<double>(slots.size()) * slot_seconds;
  const auto cluster = [&](double requests) {
    return std::max(result.errors_per_cluster, noise.outage_seconds * requests / seconds);
  };
  const double candidate = cluster(all.candidate_requests), baseline = cluster(all.baseline_requests);
  const ClusterLimits limits{all.candidate_errors / candidate, all.baseline_errors / baseline,
                             candidate / all.candidate_requests, baseline / all.baseline_requests,
                             unseen_by(noise)};
  result.low = limits.low(alpha);
  result.high = limits.high(alpha);

  DriftTest test = drift_test(slots, slot_seconds, margin, noise);
  SlowNoiseResult& drift = test.result;
  result.slow_share = drift.slow_share();
  result.placement_share = drift.unseen_share();
  result.p_pass = std::max(drift.p_pass, limits.p_below(margin));
  result.p_fail = std::max(1 - drift.p_pass, limits.p_above(margin));
  result.correlation = drift.correlation;
  result.profile = drift.profile;
  result.noise = {std::move(drift.spectrum), test.seconds, test.per_second};
  return result;
}

}  // namespace assay::stats
