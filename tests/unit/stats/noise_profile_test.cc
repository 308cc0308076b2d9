#include "stats/noise_profile.h"

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace assay::stats;

// Runs of 60 s at 200/s whose slow power scatters a little around `level`.
std::vector<NoiseVector> runs(std::size_t count, double level, double seconds = 60, double per_second = 200) {
  std::vector<NoiseVector> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({std::vector<double>(12, level * (i % 2 == 0 ? 1.1 : 0.9)), seconds, per_second});
  return all;
}

}  // namespace

TEST_CASE("noise profile: five runs of the same shape make one, fewer do not") {
  CHECK(NoiseProfile().use() == ProfileUse::none);
  CHECK(NoiseProfile({}, 60, 200).use() == ProfileUse::none);
  CHECK(NoiseProfile(runs(4, 1), 60, 200).use() == ProfileUse::too_few);
  CHECK(NoiseProfile(runs(4, 1), 60, 200).recent().empty());
  const NoiseProfile five(runs(5, 1), 60, 200);
  CHECK(five.use() == ProfileUse::used);
  CHECK(five.comparable().size() == 5);
}

TEST_CASE("noise profile: only the newest ten count") {
  auto all = runs(6, 7);
  for (const auto& run : runs(10, 1)) all.push_back(run);
  const NoiseProfile profile(all, 60, 200);
  REQUIRE(profile.comparable().size() == 10);
  for (const auto& run : profile.comparable()) CHECK(run.spectrum.front() < 2);
}

TEST_CASE("noise profile: length and rate may differ by 10 %, else only the correlation time is shared") {
  CHECK(NoiseProfile(runs(5, 1, 66, 180), 60, 200).use() == ProfileUse::used);
  for (const auto& other : {runs(5, 1, 67, 200), runs(5, 1, 60, 221), runs(5, 1, 60, 179)}) {
    const NoiseProfile profile(other, 60, 200);
    CHECK(profile.use() == ProfileUse::other_shape);
    CHECK(profile.comparable().empty());
    CHECK(profile.recent().size() == 5);
  }
}

TEST_CASE("noise profile: a run of five minutes needs none") {
  const NoiseProfile profile(runs(8, 1, 300), 300, 200);
  CHECK(profile.use() == ProfileUse::long_run);
  CHECK(profile.comparable().empty());
  CHECK(profile.recent().size() == 8);
}

TEST_CASE("noise profile: runs without a spectrum are not runs") {
  auto all = runs(4, 1);
  all.push_back({{}, 60, 200});
  all.push_back({{1, 1}, 0, 200});
  CHECK(NoiseProfile(all, 60, 200).use() == ProfileUse::too_few);
}

TEST_CASE("noise profile: the guard sees a run that is noisier than the stored ones") {
  const NoiseProfile profile(runs(6, 1), 60, 200);
  CHECK_FALSE(profile.is_noisier(std::vector<double>(12, 1.1), 60, 5));
  CHECK_FALSE(profile.is_noisier(std::vector<double>(12, 0.1), 60, 5));
  CHECK(profile.is_noisier(std::vector<double>(12, 3), 60, 5));
  CHECK(profile.is_noisier(std::vector<double>(10, 3), 60, 5));  // fewer calm slots, fewer frequencies
  CHECK_FALSE(NoiseProfile().is_noisier(std::vector<double>(12, 3), 60, 5));
}

TEST_CASE("noise profile: the shape is one at low frequencies and one half where noise and wave agree") {
  const auto shape = noise_shape(2, 3.14159265358979 * 5, 5);
  CHECK(shape.at(0) == doctest::Approx(0.5));
  CHECK(shape.at(1) == doctest::Approx(0.2));
  CHECK(noise_shape(1, 1e6, 5).at(0) == doctest::Approx(1));
}
