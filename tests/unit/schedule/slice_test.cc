#include "schedule/slice.h"

#include <doctest/doctest.h>

#include <vector>

using namespace assay::schedule;

TEST_CASE("every number belongs to exactly one lane, however many machines and workers there are") {
  for (const std::uint32_t segments : {1U, 2U, 5U}) {
    for (const std::uint32_t workers : {1U, 2U, 7U}) {
      std::vector<int> taken(1000);
      for (std::uint32_t s = 0; s < segments; ++s)
        for (std::uint32_t w = 0; w < workers; ++w)
          for (std::uint64_t n = 0; n < taken.size(); ++n)
            taken[n] += lane(s, segments, w, workers).takes(n) ? 1 : 0;
      CHECK(taken == std::vector<int>(taken.size(), 1));
    }
  }
}

TEST_CASE("a lane's share counts its numbers, and the shares add up") {
  for (std::uint64_t count = 0; count < 50; ++count) {
    std::uint64_t sum = 0;
    for (std::uint32_t w = 0; w < 7; ++w) {
      const Lane l = lane(0, 1, w, 7);
      std::uint64_t counted = 0;
      for (std::uint64_t n = 0; n < count; ++n) counted += l.takes(n) ? 1U : 0U;
      CHECK(l.share(count) == counted);
      sum += l.share(count);
    }
    CHECK(sum == count);
  }
}

TEST_CASE("a segment's numbers do not depend on its number of workers") {
  for (std::uint64_t n = 0; n < 600; ++n) {
    int taken = 0;
    for (std::uint32_t w = 0; w < 3; ++w) taken += lane(1, 5, w, 3).takes(n) ? 1 : 0;
    CHECK(taken == (n % 5 == 1 ? 1 : 0));
  }
}
