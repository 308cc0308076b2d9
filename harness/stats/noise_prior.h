// What is believed about the slow noise of an instance before and after its spectrum is seen: a grid of
// correlation times tau and of strengths a (slow over white power at the lowest frequencies). A p-value is
// averaged over it, so neither has to be known. Sections 1.5 and 1.6 of the verdict method
// (harness/verdict/README.md); where tau comes from: README.md, "Correlation time". Immutable after
// construction.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/correlation_time.h"
#include "stats/noise_profile.h"

namespace assay::stats {

struct NoisePoint {
  double ratio = 0;  // a: the variance of a sum is its white variance times 1 + a
  double weight = 0;
};

struct NoisePosterior {
  std::vector<NoisePoint> points;  // weights add up to 1; negligible points are left out
  CorrelationTime correlation;
  ProfileUse profile = ProfileUse::none;
};

// The prior's strengths a at `scale`: each is as likely as any other.
std::vector<double> strength_grid(double scale);
// kappa of the method for a latency: what is slow counts more, the more requests average out the rest.
double strength_scale(double requests_per_s);
// Of a spectrum, under slow noise of this strength and shape.
double log_likelihood_of(double ratio, std::span<const double> shape, std::span<const double> spectrum);
// Log weights to weights with sum 1.
void normalise(std::span<double> log_weights);

class NoisePrior {
 public:
  // sqrt(a) is half-Cauchy with `scale` (kappa of the method), for a run of `seconds`. `declared`: the
  // correlation time that a gate states; it alone counts then. Without it, tau is averaged over what the
  // profile's runs or else this run can tell.
  NoisePrior(double seconds, double scale, std::optional<double> declared, const NoiseProfile& profile = {});

  NoisePosterior posterior(std::span<const double> spectrum) const;

 private:
  CorrelationSource source() const;
  std::vector<double> log_likelihood(std::span<const double> spectrum, double seconds) const;
  void learn_from(std::span<const NoiseVector> runs);
  CorrelationTime correlation(std::span<const double> weights) const;

  double seconds_;
  bool declared_;
  NoiseProfile profile_;
  std::vector<double> taus_;         // ascending
  std::vector<double> ratios_;       // by tau, then strength
  std::vector<double> log_of_tau_;   // log weight of each tau that stored runs give
  std::vector<double> log_profile_;  // the profile's term, by point; empty when it is not in use
};

// For how long the noise of these runs hangs together: what a test without a declared time takes from them
// before it sees a spectrum of its own. At least NoiseProfile::kFewest runs.
CorrelationTime correlation_of(std::span<const NoiseVector> stored);

}  // namespace assay::stats
