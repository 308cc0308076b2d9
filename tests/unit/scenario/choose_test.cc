#include <doctest/doctest.h>

#include <array>
#include <boost/math/distributions/chi_squared.hpp>
#include <limits>

#include "base/random.h"
#include "tests/unit/scenario/gate_fixture.h"

using namespace assay;
using namespace assay::scenario;

namespace {

ScenarioSet weighted(std::initializer_list<std::uint32_t> weights) {
  auto spec = gate({});
  spec.scenarios.clear();
  for (const std::uint32_t weight : weights) {
    spec.scenarios.push_back(scenario_of("s" + std::to_string(weight), {request("GET", "/")}));
    spec.scenarios.back().weight = weight;
  }
  return compiled(spec);
}

}  // namespace

TEST_CASE("the borders between scenarios are exact") {
  const ScenarioSet set = weighted({1, 2, 1});
  constexpr std::uint64_t kQuarter = 1ULL << 62;
  CHECK(set.choose(0) == 0);
  CHECK(set.choose(kQuarter - 1) == 0);
  CHECK(set.choose(kQuarter) == 1);
  CHECK(set.choose(3 * kQuarter - 1) == 1);
  CHECK(set.choose(3 * kQuarter) == 2);
  CHECK(set.choose(std::numeric_limits<std::uint64_t>::max()) == 2);
}

TEST_CASE("one scenario is always chosen") {
  const ScenarioSet set = weighted({5});
  CHECK(set.choose(0) == 0);
  CHECK(set.choose(std::numeric_limits<std::uint64_t>::max()) == 0);
}

TEST_CASE("scenarios are chosen in proportion to their weights") {
  constexpr std::array<double, 4> kWeights{8, 2, 5, 1};
  const ScenarioSet set = weighted({8, 2, 5, 1});
  constexpr std::uint64_t kDraws = 160'000;
  std::array<double, 4> counts{};
  for (std::uint64_t i = 0; i < kDraws; ++i) counts[set.choose(draw(42, 7, i))] += 1;
  double statistic = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    const double expected = static_cast<double>(kDraws) * kWeights[i] / 16;
    statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  const boost::math::chi_squared distribution(3);
  CHECK(statistic < boost::math::quantile(distribution, 0.999));
}
