// p-value of a sum of slot scores when, besides white noise, each arm may have slow noise of its own (garbage
// collection, neighbours) that a short run cannot average out. The strength of the slow noise is read from
// the lowest cosine coefficients of the slot series and enters through a prior, so no block length has to be
// chosen. Formulas: section 1.5 of the verdict method (harness/verdict/README.md). Pure; one object serves
// one thread at a time.
#pragma once
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "stats/noise_prior.h"

namespace assay::stats {

struct SlowNoiseResult {
  double sum = 0;                // of the scores of used slots: candidate minus baseline
  double white = 0;              // variance of `sum` without slow noise
  double variance = 0;           // variance of `sum` with slow noise, averaged over its posterior
  double unseen = 0;             // what UnseenVariance adds to it
  double p_pass = 0.5;           // small when the candidate is clearly better than the tested shift
  std::vector<double> spectrum;  // L_j / W: slow power over white power, lowest frequency first
  CorrelationTime correlation;   // that the test used
  ProfileUse profile = ProfileUse::none;

  double slow_share() const { return variance > 0 ? 1 - white / variance : 0; }
  double unseen_share() const { return unseen > 0 ? unseen / (variance + unseen) : 0; }
};

// Variance of the sum that this run cannot show, such as that of the places where its instances run.
struct UnseenVariance {
  double value = 0;
  double freedom = std::numeric_limits<double>::infinity();  // with which it is known
};

// How many of the lowest frequencies a test of a run of this length reads.
std::size_t frequency_count(double seconds);

class SlowNoise {
 public:
  // `seconds` is the length of all slots together.
  SlowNoise(std::size_t slots, double seconds);

  // `floor`: the variance that counting alone gives to the sum. At least two slots must be used, and the
  // result is meaningless when all scores are equal and floor is 0.
  SlowNoiseResult test(std::span<const double> scores, std::span<const char> used, const NoisePrior& prior,
                       double floor, const UnseenVariance& unseen = {}) const;

 private:
  std::vector<double> spectrum(std::span<const double> centred, std::size_t used, double white) const;

  std::size_t slots_, frequencies_;
  std::vector<double> cosines_;  // by frequency, then slot
};

}  // namespace assay::stats
