#include "schedule/interleave.h"

#include <doctest/doctest.h>

#include <set>

using namespace assay::schedule;

TEST_CASE("each block of four has two arrivals for either arm") {
  for (std::uint64_t block = 0; block < 5000; ++block) {
    unsigned ones = 0;
    for (std::uint64_t n = 4 * block; n < 4 * block + 4; ++n) ones += side(7, 1, n);
    REQUIRE(ones == 2);
  }
}

TEST_CASE("all six orders occur equally often") {
  int counts[16] = {};
  for (std::uint64_t block = 0; block < 6000; ++block) {
    unsigned order = 0;
    for (std::uint64_t n = 0; n < 4; ++n) order |= side(42, 1, 4 * block + n) << n;
    ++counts[order];
  }
  double chi_square = 0;
  for (const unsigned order : {3U, 5U, 6U, 9U, 10U, 12U}) {
    const double off = counts[order] - 1000.0;
    chi_square += off * off / 1000.0;
  }
  CHECK(chi_square < 20.5);  // 99.9 % of chi-square with 5 degrees of freedom; the seed is fixed
}

TEST_CASE("the order depends on the seed and the stream, and on nothing else") {
  std::set<std::uint64_t> patterns;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    for (std::uint64_t stream = 0; stream < 4; ++stream) {
      std::uint64_t pattern = 0;
      for (std::uint64_t n = 0; n < 64; ++n) pattern |= std::uint64_t{side(seed, stream, n)} << n;
      patterns.insert(pattern);
    }
  }
  CHECK(patterns.size() == 16);
}

TEST_CASE("every arrival has one twin on the other side, in the same block") {
  for (std::uint64_t block = 0; block < 5000; ++block) {
    std::set<std::uint64_t> seen[2];
    for (std::uint64_t n = 4 * block; n < 4 * block + 4; ++n) seen[side(7, 1, n)].insert(twin(7, 1, n));
    const std::set<std::uint64_t> both{2 * block, 2 * block + 1};
    REQUIRE(seen[0] == both);
    REQUIRE(seen[1] == both);
  }
}
