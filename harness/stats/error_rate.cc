#include "stats/error_rate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "stats/distributions.h"
#include "stats/slow_noise.h"

namespace assay::stats {
namespace {

constexpr double kSmallestLevel = 1e-9, kLargestLevel = 0.5;

ErrorSlot& operator+=(ErrorSlot& sum, const ErrorSlot& slot) {
  sum.candidate_errors += slot.candidate_errors;
  sum.candidate_requests += slot.candidate_requests;
  sum.baseline_errors += slot.baseline_errors;
  sum.baseline_requests += slot.baseline_requests;
  return sum;
}

// Neighbouring slots together; an incomplete last block is left out unless it is all there is.
std::vector<ErrorSlot> blocks_of(std::span<const ErrorSlot> slots, std::size_t width) {
  std::vector<ErrorSlot> blocks(std::max<std::size_t>(1, slots.size() / width));
  for (std::size_t k = 0; k < std::min(slots.size(), blocks.size() * width); ++k)
    blocks[k / width] += slots[k];
  return blocks;
}

std::size_t slots_in(double seconds, double slot_seconds) {
  return static_cast<std::size_t>(std::max(1L, std::lround(seconds / slot_seconds)));
}

// Totals of both arms as real numbers.
struct Totals {
  double candidate_errors, candidate_requests, baseline_errors, baseline_requests;

  explicit Totals(const ErrorSlot& sum)
      : candidate_errors(static_cast<double>(sum.candidate_errors)),
        candidate_requests(static_cast<double>(sum.candidate_requests)),
        baseline_errors(static_cast<double>(sum.baseline_errors)),
        baseline_requests(static_cast<double>(sum.baseline_requests)) {}
  static Totals of(std::span<const ErrorSlot> slots) {
    ErrorSlot sum;
    for (const auto& slot : slots) sum += slot;
    return Totals(sum);
  }

  double candidate_rate() const { return candidate_errors / candidate_requests; }
  double baseline_rate() const { return baseline_errors / baseline_requests; }
  double errors() const { return candidate_errors + baseline_errors; }
  double fewest_requests() const { return std::min(candidate_requests, baseline_requests); }
};

double overdispersion(std::span<const ErrorSlot> blocks, const Totals& all) {
  double squares = 0;
  for (const auto& block : blocks) {
    const Totals here(block);
    const double excess = (here.candidate_errors - here.candidate_requests * all.candidate_rate()) -
                          (here.baseline_errors - here.baseline_requests * all.baseline_rate());
    squares += excess * excess;
  }
  const auto count = static_cast<double>(blocks.size());
  // Few blocks scatter around 1 by chance; only what lies clearly above it counts.
  const double factor = squares / all.errors() * count / (count - 1);
  return factor < 3 ? factor / (1 + std::sqrt(2 / count)) : factor;
}

double garwood_low(double events, double alpha) { return events <= 0 ? 0 : gamma_quantile(events, alpha); }
double garwood_high(double events, double alpha) { return gamma_quantile(events + 1, 1 - alpha); }

// Limits of the difference of two rates that are counted in clusters.
struct MoverLimits {
  double candidate, baseline;  // clusters
  double unit;                 // rate of one cluster

  double high(double alpha) const {
    return (candidate - baseline +
            std::hypot(garwood_high(candidate, alpha) - candidate, baseline - garwood_low(baseline, alpha))) *
           unit;
  }
  double low(double alpha) const {
    return (candidate - baseline -
            std::hypot(candidate - garwood_low(candidate, alpha), garwood_high(baseline, alpha) - baseline)) *
           unit;
  }
};

// The smallest level at which `holds` is true, 1 if there is none; `holds` stays true once it is.
template <class Holds>
double smallest_level(const Holds& holds) {
  if (!holds(kLargestLevel)) return 1;
  if (holds(kSmallestLevel)) return kSmallestLevel;
  double low = std::log(kSmallestLevel), high = std::log(kLargestLevel);
  for (int step = 0; step < 40; ++step) {
    const double middle = (low + high) / 2;
    (holds(std::exp(middle)) ? high : low) = middle;
  }
  return std::exp(high);
}

SlowNoiseResult drift_test(std::span<const ErrorSlot> slots, double slot_seconds, double margin,
                           double correlation_seconds) {
  const std::size_t width = slots_in(1, slot_seconds);
  const std::vector<ErrorSlot> blocks = blocks_of(slots, width);
  const Totals all = Totals::of(slots);
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
  return SlowNoise(blocks.size(), seconds, correlation_seconds).test(scores, used, prior_scale, floor);
}

}  // namespace

double errors_per_cluster(std::span<const ErrorSlot> slots, double slot_seconds) {
  const Totals all = Totals::of(slots);
  double largest = 1;
  if (all.errors() <= 0) return largest;
  for (const double seconds : {1.0, 3.0, 6.0, 15.0, 30.0}) {
    const auto blocks = blocks_of(slots, slots_in(seconds, slot_seconds));
    if (blocks.size() >= 10) largest = std::max(largest, overdispersion(blocks, all));
  }
  return largest;
}

ErrorDifference compare_errors(std::span<const ErrorSlot> slots, double slot_seconds, double margin,
                               double alpha, double correlation_seconds) {
  const Totals all = Totals::of(slots);
  ErrorDifference result;
  result.difference = all.candidate_rate() - all.baseline_rate();
  result.errors_per_cluster = errors_per_cluster(slots, slot_seconds);
  const double cluster = result.errors_per_cluster;
  const MoverLimits limits{all.candidate_errors / cluster, all.baseline_errors / cluster,
                           cluster / all.fewest_requests()};
  result.low = limits.low(alpha);
  result.high = limits.high(alpha);

  const SlowNoiseResult drift = drift_test(slots, slot_seconds, margin, correlation_seconds);
  result.slow_share = drift.slow_share();
  result.p_pass =
      std::max(drift.p_pass, smallest_level([&](double level) { return limits.high(level) < margin; }));
  result.p_fail =
      std::max(1 - drift.p_pass, smallest_level([&](double level) { return limits.low(level) > margin; }));
  return result;
}

}  // namespace assay::stats
