#include "stats/error_rate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
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

// Limits of the difference of two rates that are counted in clusters, plus a deviation that the run cannot
// show.
struct MoverLimits {
  double candidate, baseline;  // clusters
  double unit;                 // rate of one cluster
  UnseenVariance unseen;       // of the difference of rates

  double high(double alpha) const {
    return (candidate - baseline) * unit + std::hypot((garwood_high(candidate, alpha) - candidate) * unit,
                                                      (baseline - garwood_low(baseline, alpha)) * unit,
                                                      reach(alpha));
  }
  double low(double alpha) const {
    return (candidate - baseline) * unit - std::hypot((candidate - garwood_low(candidate, alpha)) * unit,
                                                      (garwood_high(baseline, alpha) - baseline) * unit,
                                                      reach(alpha));
  }

 private:
  double reach(double alpha) const {
    if (unseen.value <= 0) return 0;
    return student_quantile(1 - alpha, unseen.freedom) * std::sqrt(unseen.value);
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
  const double per_second = (all.candidate_requests + all.baseline_requests) / seconds;
  const NoisePrior prior(seconds, prior_scale, noise.correlation_seconds,
                         NoiseProfile(noise.stored, seconds, per_second));
  return {SlowNoise(blocks.size(), seconds).test(scores, used, prior, floor, unseen_by(noise)), seconds,
          per_second};
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
                               double alpha, const ErrorNoise& noise) {
  const Totals all = Totals::of(slots);
  ErrorDifference result;
  result.difference = all.candidate_rate() - all.baseline_rate();
  result.errors_per_cluster = errors_per_cluster(slots, slot_seconds);
  const double cluster = result.errors_per_cluster;
  const MoverLimits limits{all.candidate_errors / cluster, all.baseline_errors / cluster,
                           cluster / all.fewest_requests(), unseen_by(noise)};
  result.low = limits.low(alpha);
  result.high = limits.high(alpha);

  DriftTest test = drift_test(slots, slot_seconds, margin, noise);
  SlowNoiseResult& drift = test.result;
  result.slow_share = drift.slow_share();
  result.placement_share = drift.unseen_share();
  result.p_pass =
      std::max(drift.p_pass, smallest_level([&](double level) { return limits.high(level) < margin; }));
  result.p_fail =
      std::max(1 - drift.p_pass, smallest_level([&](double level) { return limits.low(level) > margin; }));
  result.correlation = drift.correlation;
  result.profile = drift.profile;
  result.noise = {std::move(drift.spectrum), test.seconds, test.per_second};
  return result;
}

}  // namespace assay::stats
