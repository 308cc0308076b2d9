#include "stats/error_rate.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

#include "stats/distributions.h"

namespace {

using namespace assay::stats;

constexpr double kSlotSeconds = 0.5;

// 100 requests a slot and arm without an error.
std::vector<ErrorSlot> clean(std::size_t slots, std::uint64_t requests = 100) {
  return std::vector<ErrorSlot>(slots, ErrorSlot{0, requests, 0, requests});
}

ErrorDifference compare(const std::vector<ErrorSlot>& slots, double margin) {
  return compare_errors(slots, kSlotSeconds, margin, 0.05, {.correlation_seconds = 5});
}

}  // namespace

TEST_CASE("error rate: no errors at all pass by the rule of three") {
  const auto result = compare(clean(240), 0.0025);
  CHECK(result.difference == 0);
  CHECK(result.high == doctest::Approx(2.995732 / 24000));
  CHECK(result.p_pass <= 0.05);
  CHECK(result.p_fail > 0.5);
}

TEST_CASE("error rate: to prove that outages are rare, a run without one must be long enough") {
  const auto proven = [](std::size_t seconds) {
    return compare_errors(clean(2 * seconds), kSlotSeconds, 0.01, 0.05,
                          {.correlation_seconds = 5, .outage_seconds = 1});
  };
  CHECK(proven(299).p_pass > 0.05);
  const auto enough = proven(300);  // 3 s of outage / 1 pp
  CHECK(enough.p_pass <= 0.05);
  CHECK(enough.high == doctest::Approx(2.995732 / 300));
  CHECK(enough.errors_per_cluster == 1);
}

TEST_CASE("error rate: too few requests do not pass even without an error") {
  const auto result = compare(clean(60, 10), 0.0025);  // 600 an arm; 1 200 are needed
  CHECK(result.p_pass > 0.05);
}

TEST_CASE("error rate: errors in every slot of the candidate fail") {
  auto slots = clean(240);
  for (auto& slot : slots) slot.candidate_errors = 2;
  const auto result = compare(slots, 0.0025);
  CHECK(result.difference == doctest::Approx(0.02));
  CHECK(result.p_fail < 0.001);
  CHECK(result.low > 0.0025);
}

TEST_CASE("error rate: outages of both arms cancel") {
  auto slots = clean(240);
  for (std::size_t k = 100; k < 110; ++k) slots[k].candidate_errors = slots[k].baseline_errors = 50;
  CHECK(errors_per_cluster(slots, kSlotSeconds) == 1);
  CHECK(compare(slots, 0.01).p_pass <= 0.05);
}

TEST_CASE("error rate: one outage of the candidate counts as one event, not as its errors") {
  auto slots = clean(240);
  for (std::size_t k = 100; k < 106; ++k) slots[k].candidate_errors = 100;
  CHECK(errors_per_cluster(slots, kSlotSeconds) > 100);
  const auto result = compare(slots, 0.0025);
  CHECK(result.difference == doctest::Approx(0.025));
  CHECK(result.p_fail > 0.05);
  CHECK(result.p_pass > 0.05);
}

TEST_CASE("error rate: swapping the arms mirrors the interval") {
  auto slots = clean(240), swapped = slots;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    slots[k].candidate_errors = swapped[k].baseline_errors = k % 3;
    slots[k].baseline_errors = swapped[k].candidate_errors = k % 5;
  }
  const auto one = compare(slots, 0.01), other = compare(swapped, 0.01);
  CHECK(one.low == doctest::Approx(-other.high));
  CHECK(one.high == doctest::Approx(-other.low));
}

TEST_CASE("error rate: what instances differ by widens the interval and both tests") {
  const auto slots = clean(120, 500);
  const PlacementSpread spread{2 * 0.003 * 0.003, 1e6};
  const auto placed =
      compare_errors(slots, kSlotSeconds, 0.01, 0.05, {.correlation_seconds = 5, .placement = spread});
  const auto alone = compare(slots, 0.01);
  CHECK(placed.high ==
        doctest::Approx(std::hypot(alone.high, 1.645 * 0.003 * std::sqrt(2.0))).epsilon(0.001));
  CHECK(placed.low == doctest::Approx(-placed.high));
  CHECK(placed.p_pass == doctest::Approx(normal_cdf(-0.01 / (0.003 * std::sqrt(2.0)))).epsilon(0.05));
  CHECK(alone.p_pass < 1e-3);
}

TEST_CASE(
    "error rate: the noise of a run comes back for the store, and the correlation time with its source") {
  auto slots = clean(1200);
  for (std::size_t k = 0; k < slots.size(); k += 7) slots[k].candidate_errors = 1;
  const auto result = compare_errors(slots, kSlotSeconds, 0.01, 0.05, {});
  CHECK(result.noise.seconds == 600);
  CHECK(result.noise.per_second == doctest::Approx(400));
  CHECK(result.noise.spectrum.size() == 40);
  CHECK(result.correlation.source == CorrelationSource::this_run);
  CHECK(result.profile == ProfileUse::none);
  const std::vector<NoiseVector> stored(6, result.noise);
  const auto again = compare_errors(slots, kSlotSeconds, 0.01, 0.05, {.stored = stored});
  CHECK(again.correlation.source == CorrelationSource::stored_runs);
  CHECK(again.profile == ProfileUse::long_run);
  CHECK(compare(slots, 0.01).correlation.source == CorrelationSource::declared);
}
