#include "stats/block_shift.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/slow_noise.h"

namespace assay::stats {
namespace {

// A block averages over many requests, so most of what is left in its value may be slow.
constexpr double kStrengthScale = 5;
constexpr double kLeastVariance = 1e-300;  // of values that never change
constexpr int kHalvings = 40;

class BlockTest {
 public:
  BlockTest(std::span<const double> differences, std::span<const char> used, double seconds,
            std::optional<double> correlation_seconds)
      : differences_(differences),
        used_(used),
        count_(static_cast<double>(std::ranges::count_if(used, [](char each) { return each != 0; }))),
        prior_(seconds, kStrengthScale, correlation_seconds),
        test_(differences.size(), seconds) {}

  SlowNoiseResult at(double shift) const {
    std::vector<double> scores(differences_.size(), 0.0);
    for (std::size_t k = 0; k < scores.size(); ++k)
      if (used_[k] != 0) scores[k] = (differences_[k] - shift) / count_;
    return test_.test(scores, used_, prior_, kLeastVariance);
  }

  // Where p_pass, which grows as the tested shift falls, has this value.
  double shift_with(double p_pass, double middle, double reach) const {
    double low = middle - reach, high = middle + reach;
    for (int step = 0; step < kHalvings; ++step) {
      const double tested = (low + high) / 2;
      (at(tested).p_pass > p_pass ? low : high) = tested;
    }
    return (low + high) / 2;
  }

 private:
  std::span<const double> differences_;
  std::span<const char> used_;
  double count_;
  NoisePrior prior_;
  SlowNoise test_;
};

}  // namespace

BlockShift compare_blocks(std::span<const double> differences, std::span<const char> used,
                          double block_seconds, double margin, double alpha,
                          std::optional<double> correlation_seconds) {
  const double seconds = static_cast<double>(differences.size()) * block_seconds;
  const BlockTest test(differences, used, seconds, correlation_seconds);
  const SlowNoiseResult at_margin = test.at(margin);
  BlockShift result;
  result.shift = at_margin.sum + margin;
  // Far beyond what any prior weight of slow noise lets a level of 1e-4 reach.
  const double reach = 1000 * std::sqrt(at_margin.variance);
  result.low = test.shift_with(1 - alpha, result.shift, reach);
  result.high = test.shift_with(alpha, result.shift, reach);
  result.slow_share = at_margin.slow_share();
  result.p_pass = at_margin.p_pass;
  result.p_fail = 1 - at_margin.p_pass;
  result.correlation = at_margin.correlation;
  return result;
}

}  // namespace assay::stats
