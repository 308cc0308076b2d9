#include "demo/latency.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace assay;
using namespace assay::demo;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kDraws = 20000;

std::vector<double> sorted_draws_ms(const Latency& latency) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < kDraws; ++i) values.push_back(seconds(draw_latency(latency, 42, 7, i)) * 1e3);
  std::sort(values.begin(), values.end());
  return values;
}

double quantile(const std::vector<double>& sorted, double q) {
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size()))];
}

}  // namespace

TEST_CASE("a constant latency never varies") {
  const auto values = sorted_draws_ms(ConstantLatency{20ms});
  CHECK(values.front() == doctest::Approx(20));
  CHECK(values.back() == doctest::Approx(20));
}

TEST_CASE("a lognormal latency has its median and its sigma") {
  const auto values = sorted_draws_ms(LognormalLatency{20ms, 0.5});
  CHECK(quantile(values, 0.5) == doctest::Approx(20).epsilon(0.02));
  // One standard deviation of the logarithm on both sides.
  CHECK(quantile(values, 0.8413) == doctest::Approx(20 * std::exp(0.5)).epsilon(0.03));
  CHECK(quantile(values, 0.1587) == doctest::Approx(20 * std::exp(-0.5)).epsilon(0.03));
}

TEST_CASE("a bimodal latency takes the high value for its share of requests") {
  const auto values = sorted_draws_ms(BimodalLatency{5ms, 80ms, 0.1});
  const auto high = std::count(values.begin(), values.end(), 80.0);
  CHECK(static_cast<double>(high) / kDraws == doctest::Approx(0.1).epsilon(0.1));
  CHECK(values.front() == doctest::Approx(5));
  CHECK(quantile(values, 0.5) == doctest::Approx(5));
}

TEST_CASE("a pareto latency starts at its scale and has its tail") {
  const auto values = sorted_draws_ms(ParetoLatency{5ms, 1.5});
  CHECK(values.front() >= 5);
  for (const double q : {0.5, 0.9, 0.99}) {
    CHECK(quantile(values, q) == doctest::Approx(5 * std::pow(1 - q, -1 / 1.5)).epsilon(0.1));
  }
}

TEST_CASE("no draw is longer than an hour") {
  for (std::uint64_t i = 0; i < kDraws; ++i) CHECK(draw_latency(ParetoLatency{1s, 0.01}, 1, 1, i) <= 1h);
}

TEST_CASE("a draw depends on seed, stream and index alone") {
  const Latency latency = LognormalLatency{20ms, 0.5};
  const Nanos first = draw_latency(latency, 1, 2, 3);
  CHECK(draw_latency(latency, 1, 2, 3) == first);
  CHECK(draw_latency(latency, 9, 2, 3) != first);
  CHECK(draw_latency(latency, 1, 9, 3) != first);
  CHECK(draw_latency(latency, 1, 2, 9) != first);
}
