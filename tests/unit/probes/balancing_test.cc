#include "probes/balancing.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace assay::probes;

namespace {

// Exactly, by inclusion and exclusion: that at least one of n instances answers none of s requests.
double chance_to_miss_one(std::uint64_t n, std::uint64_t s) {
  const auto all = static_cast<double>(n);
  double chance = 0, ways = 1;
  for (std::uint64_t k = 1; k < n; ++k) {
    const auto missed = static_cast<double>(k);
    ways *= (all - missed + 1) / missed;
    chance += (k % 2 == 1 ? 1 : -1) * ways * std::pow(1 - missed / all, static_cast<double>(s));
  }
  return chance;
}

}  // namespace

TEST_CASE("balancing: enough answers to meet every instance, and hardly more than that") {
  CHECK(answers_that_meet_all(1) == 1);
  for (std::uint64_t n = 2; n <= 20; ++n) {
    CAPTURE(n);
    const std::uint64_t enough = answers_that_meet_all(n);
    CHECK(chance_to_miss_one(n, enough) <= 1e-4);
    CHECK(chance_to_miss_one(n, enough - 1) > 0.9e-4);
  }
}
