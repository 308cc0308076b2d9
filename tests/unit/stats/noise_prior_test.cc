#include "stats/noise_prior.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

using namespace assay::stats;

// The spectrum that noise of strength `ratio` and correlation time `tau` has on average.
std::vector<double> expected_spectrum(double ratio, double tau, double seconds,
                                      std::size_t frequencies = 40) {
  auto spectrum = noise_shape(frequencies, seconds, tau);
  for (double& power : spectrum) power = 1 + ratio * power;
  return spectrum;
}

double mean_ratio(const NoisePosterior& posterior) {  // of the logarithms: the prior has no mean
  double sum = 0;
  for (const auto& point : posterior.points) sum += point.weight * std::log1p(point.ratio);
  return std::expm1(sum);
}

}  // namespace

TEST_CASE("noise prior: a declared correlation time is used as it is, whatever the run shows") {
  const auto posterior = NoisePrior(600, 1, 5).posterior(expected_spectrum(30, 40, 600));
  CHECK(posterior.correlation.source == CorrelationSource::declared);
  CHECK(posterior.correlation.seconds == 5);
  CHECK(posterior.correlation.low == 5);
  CHECK(posterior.correlation.high == 5);
}

TEST_CASE("noise prior: short runs without a declaration are judged with 5 s") {
  const auto spectrum = expected_spectrum(3, 5, 119, 24);
  const auto assumed = NoisePrior(119, 1, std::nullopt).posterior(spectrum);
  CHECK(assumed.correlation.source == CorrelationSource::assumed);
  CHECK(assumed.correlation.seconds == 5);
  CHECK(mean_ratio(assumed) == mean_ratio(NoisePrior(119, 1, 5).posterior(spectrum)));
}

TEST_CASE("noise prior: a run learns from 5 s to a fifth of its length and no further") {
  for (const double seconds : {120.0, 300.0, 1800.0}) {
    const auto slow = NoisePrior(seconds, 1, std::nullopt).posterior(expected_spectrum(300, 500, seconds));
    CHECK(slow.correlation.high == doctest::Approx(std::min(120.0, seconds / 5)));
    const auto fast = NoisePrior(seconds, 1, std::nullopt).posterior(expected_spectrum(5, 1, seconds));
    CHECK(fast.correlation.low == doctest::Approx(5));
  }
}

TEST_CASE("noise prior: a long run finds the correlation time of its own noise") {
  for (const double tau : {5.0, 20.0, 60.0}) {
    const auto posterior = NoisePrior(1800, 1, std::nullopt).posterior(expected_spectrum(20, tau, 1800));
    CHECK(posterior.correlation.source == CorrelationSource::this_run);
    CHECK(posterior.correlation.low <= tau * 1.001);
    CHECK(posterior.correlation.high >= tau * 0.999);
    CHECK(posterior.correlation.high <= 4 * tau);
    CHECK(mean_ratio(posterior) == doctest::Approx(20).epsilon(0.5));
  }
}

TEST_CASE("noise prior: stored runs find what a short run cannot") {
  const double seconds = 60;
  const auto spectrum = expected_spectrum(20, 20, seconds, 12);
  const std::vector<NoiseVector> stored(8, NoiseVector{spectrum, seconds, 200});
  const NoiseProfile profile(stored, seconds, 200);
  const auto learned = NoisePrior(seconds, 2, std::nullopt, profile).posterior(spectrum);
  CHECK(learned.profile == ProfileUse::used);
  CHECK(learned.correlation.source == CorrelationSource::stored_runs);
  CHECK(learned.correlation.seconds > 10);
  CHECK(learned.correlation.seconds <= 30);
}

TEST_CASE("noise prior: runs of another shape share the correlation time and nothing else") {
  const std::vector<NoiseVector> stored(8, NoiseVector{expected_spectrum(40, 20, 240, 40), 240, 400});
  const auto spectrum = expected_spectrum(0, 5, 60, 12);
  const auto learned = NoisePrior(60, 1, std::nullopt, NoiseProfile(stored, 60, 50)).posterior(spectrum);
  CHECK(learned.profile == ProfileUse::other_shape);
  CHECK(learned.correlation.source == CorrelationSource::stored_runs);
  CHECK(learned.correlation.low >= 10);
  CHECK(learned.correlation.high <= 40);
}

TEST_CASE("noise prior: a calm profile makes a calm run more certain, and the guard stops it elsewhere") {
  const double seconds = 30;
  std::vector<NoiseVector> stored;
  for (int i = 0; i < 8; ++i) stored.push_back({std::vector<double>(10, 0.9 + 0.05 * i), seconds, 50});
  const NoiseProfile profile(stored, seconds, 50);
  const std::vector<double> calm(10, 1.0), noisy(10, 8.0);
  const NoisePrior cold(seconds, 1, 5), warm(seconds, 1, 5, profile);
  CHECK(mean_ratio(warm.posterior(calm)) < 0.75 * mean_ratio(cold.posterior(calm)));
  const auto guarded = warm.posterior(noisy);
  CHECK(guarded.profile == ProfileUse::noisier);
  CHECK(mean_ratio(guarded) == mean_ratio(cold.posterior(noisy)));
}

TEST_CASE("noise prior: the weights of a posterior add up to one") {
  double sum = 0;
  for (const auto& point :
       NoisePrior(1800, 5, std::nullopt).posterior(expected_spectrum(300, 90, 1800)).points)
    sum += point.weight;
  CHECK(sum == doctest::Approx(1).epsilon(1e-5));
}

TEST_CASE("noise prior: what stored runs say of the correlation time, before a run is seen") {
  for (const double tau : {2.0, 10.0, 40.0}) {
    std::vector<NoiseVector> stored;
    for (int run = 0; run < 6; ++run) stored.push_back({expected_spectrum(20, tau, 300), 300, 100.0 + run});
    const auto found = correlation_of(stored);
    CHECK(found.source == CorrelationSource::stored_runs);
    CHECK(found.low <= tau * 1.3);
    CHECK(found.high >= tau / 1.3);
    CHECK(found.seconds == doctest::Approx(tau).epsilon(0.4));
  }
}
