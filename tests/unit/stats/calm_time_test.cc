#include "stats/calm_time.h"

#include <doctest/doctest.h>

#include "two_arms.h"

namespace {

using namespace assay::stats;

constexpr std::size_t kHalfWidth = 10;

// Both arms stop in the same slots.
std::vector<RawSlot> with_shared_stall(std::vector<RawSlot> run, std::size_t first, std::size_t count) {
  stall_candidate(run, first, count);
  for (std::size_t k = first; k < first + count; ++k)
    for (double& time : run[k].baseline_ns) time += 5e8 * static_cast<double>(first + count - k);
  return run;
}

}  // namespace

TEST_CASE("calm time: a quiet run is calm almost throughout and has no episode") {
  const auto calm = find_calm_time(bucketed(lognormal_run({})), 0, kHalfWidth);
  CHECK(calm.share() > 0.95);
  CHECK(calm.candidate.count == 0);
  CHECK(calm.baseline.count == 0);
}

TEST_CASE("calm time: a stall of one arm is one episode of that arm and not calm") {
  auto run = lognormal_run({});
  stall_candidate(run, 100, 4);
  const auto calm = find_calm_time(bucketed(run), 0, kHalfWidth);
  CHECK(calm.candidate.count == 1);
  CHECK(calm.candidate.slots == 4);
  CHECK(calm.baseline.count == 0);
  for (std::size_t k = 99; k <= 104; ++k) CHECK_FALSE(calm.calm[k]);
}

TEST_CASE("calm time: a stall of both arms is not calm, but nobody's episode") {
  const auto calm = find_calm_time(bucketed(with_shared_stall(lognormal_run({}), 100, 4)), 0, kHalfWidth);
  CHECK_FALSE(calm.calm[101]);
  CHECK(calm.candidate.count == 0);
  CHECK(calm.baseline.count == 0);
}

TEST_CASE("calm time: slots with fewer than five requests in an arm are unused") {
  auto run = lognormal_run({});
  run[7].baseline_ns.resize(4);
  run[9].candidate_ns.clear();
  run[9].baseline_ns.clear();
  const auto calm = find_calm_time(bucketed(run), 0, kHalfWidth);
  CHECK_FALSE(calm.calm[7]);
  CHECK_FALSE(calm.calm[9]);
  CHECK(calm.calm_slots > 200);
}

TEST_CASE("calm time: constant times of both arms are calm") {
  const auto calm = find_calm_time(bucketed(lognormal_run({.sigma = 0})), 0, kHalfWidth);
  CHECK(calm.share() == 1);
}

TEST_CASE("calm time: dividing the candidate's times by its factor restores the picture of equal arms") {
  const RunShape slower{.candidate_factor = 1.5, .seed = 4}, equal{.seed = 4};
  const auto shifted = find_calm_time(exact(lognormal_run(slower)), std::log(1.5), kHalfWidth);
  const auto plain = find_calm_time(exact(lognormal_run(equal)), 0, kHalfWidth);
  CHECK(shifted.calm == plain.calm);
}

TEST_CASE("calm time: no slot at all is no calm time") {
  CHECK(find_calm_time({}, 0, kHalfWidth).share() == 0);
}
