#include "stats/throughput.h"

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "stats/slow_noise.h"

namespace assay::stats {
namespace {

// Counts of users who wait for their answers have little white noise, so slow noise may be strong.
constexpr double kStrengthScale = 5;
constexpr double kWidest = 5;  // a factor of 150 either way
constexpr int kHalvings = 40;

class DeficitTest {
 public:
  DeficitTest(std::span<const ErrorSlot> slots, double slot_seconds, const ThroughputNoise& noise)
      : width_(slots_in(1, slot_seconds)),
        blocks_(blocks_of(slots, width_)),
        sum_(sum_of(blocks_)),
        seconds_(static_cast<double>(width_ * blocks_.size()) * slot_seconds),
        prior_(seconds_, kStrengthScale, noise.correlation_seconds,
               NoiseProfile(noise.stored, seconds_, per_second())),
        test_(blocks_.size(), seconds_),
        used_(blocks_.size(), 1) {
    if (noise.placement) unseen_ = {noise.placement->variance, noise.placement->freedom};
  }

  double seconds() const { return seconds_; }
  double per_second() const {
    return static_cast<double>(sum_.candidate_requests + sum_.baseline_requests) / seconds_;
  }
  double measured() const {
    return std::log(static_cast<double>(sum_.baseline_answers()) /
                    static_cast<double>(sum_.candidate_answers()));
  }

  SlowNoiseResult at(double deficit) const {
    const auto all = static_cast<double>(sum_.candidate_answers());
    std::vector<double> scores;
    scores.reserve(blocks_.size());
    for (const ErrorSlot& block : blocks_)
      scores.push_back((static_cast<double>(block.baseline_answers()) * std::exp(-deficit) -
                        static_cast<double>(block.candidate_answers())) /
                       all);
    // An open model deals requests out evenly, so that counts may not differ at all; but where the run begins
    // and ends, one request of each arm may fall on either side.
    const double floor = 2 / (all * all);
    return test_.test(scores, used_, prior_, floor, unseen_);
  }

  // Where p_pass, which falls as the tested deficit grows, has this value.
  double deficit_with(double p_pass) const {
    double low = measured() - kWidest, high = measured() + kWidest;
    for (int step = 0; step < kHalvings; ++step) {
      const double middle = (low + high) / 2;
      (at(middle).p_pass > p_pass ? low : high) = middle;
    }
    return (low + high) / 2;
  }

 private:
  std::size_t width_;
  std::vector<ErrorSlot> blocks_;
  ErrorSlot sum_;
  double seconds_;
  NoisePrior prior_;
  SlowNoise test_;
  std::vector<char> used_;
  UnseenVariance unseen_;
};

}  // namespace

ThroughputDeficit compare_throughput(std::span<const ErrorSlot> slots, double slot_seconds, double margin,
                                     double alpha, const ThroughputNoise& noise) {
  const DeficitTest test(slots, slot_seconds, noise);
  SlowNoiseResult at_margin = test.at(margin);
  ThroughputDeficit result;
  result.deficit = test.measured();
  result.low = test.deficit_with(1 - alpha);
  result.high = test.deficit_with(alpha);
  result.slow_share = at_margin.slow_share();
  result.placement_share = at_margin.unseen_share();
  result.p_pass = at_margin.p_pass;
  result.p_fail = 1 - at_margin.p_pass;
  result.correlation = at_margin.correlation;
  result.profile = at_margin.profile;
  result.noise = {std::move(at_margin.spectrum), test.seconds(), test.per_second()};
  return result;
}

}  // namespace assay::stats
