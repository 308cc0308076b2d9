#include "schedule/open_schedule.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace assay;
using namespace assay::schedule;
using namespace std::chrono_literals;

namespace {

using Spacing = OpenSchedule::Spacing;

std::vector<Arrival> all(const RateCurve& curve, const OpenSchedule::Options& options) {
  OpenSchedule schedule(curve, options);
  std::vector<Arrival> arrivals;
  while (const auto arrival = schedule.next()) arrivals.push_back(*arrival);
  return arrivals;
}

std::vector<Arrival> all_lanes(const RateCurve& curve, Spacing spacing, std::uint32_t workers) {
  std::vector<Arrival> arrivals;
  for (std::uint32_t w = 0; w < workers; ++w) {
    const auto part = all(curve, {spacing, 99, 5, lane(0, 1, w, workers)});
    arrivals.insert(arrivals.end(), part.begin(), part.end());
  }
  std::sort(arrivals.begin(), arrivals.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return arrivals;
}

bool same(const std::vector<Arrival>& a, const std::vector<Arrival>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Arrival& x, const Arrival& y) { return x.number == y.number && x.at == y.at; });
}

}  // namespace

TEST_CASE("a constant rate gives exactly rate x duration arrivals") {
  CHECK(all(RateCurve::constant(200, 20s), {}).size() == 4000);
  CHECK(all(RateCurve::constant(1.0 / 3, 30s), {}).size() == 10);
  CHECK(all(RateCurve::constant(0.1, 10s), {}).size() == 1);
  CHECK(all(RateCurve::constant(1000.0 / 7, 7s), {}).size() == 1000);
}

TEST_CASE("arrivals of all workers together are the undivided schedule, uniform and poisson") {
  const RateCurve hill{5, {{80, 4s}, {80, 3s}, {0, 5s}}};
  for (const Spacing spacing : {Spacing::uniform, Spacing::poisson}) {
    const auto whole = all_lanes(hill, spacing, 1);
    CHECK(whole.size() > 400);
    for (const std::uint32_t workers : {2U, 3U, 8U}) CHECK(same(all_lanes(hill, spacing, workers), whole));
  }
}

TEST_CASE("times ascend and stay inside the shape") {
  const RateCurve hill{5, {{80, 4s}, {0, 5s}}};
  for (const Spacing spacing : {Spacing::uniform, Spacing::poisson}) {
    Nanos last{-1};
    for (const Arrival& arrival : all(hill, {spacing, 1, 1, {}})) {
      CHECK(arrival.at >= last);
      CHECK(arrival.at < hill.length());
      last = arrival.at;
    }
  }
}

TEST_CASE("poisson gaps are exponential: mean and variance agree") {
  const auto arrivals = all(RateCurve::constant(1000, 100s), {Spacing::poisson, 7, 1, {}});
  const double n = static_cast<double>(arrivals.size() - 1);
  CHECK(n == doctest::Approx(100'000).epsilon(0.01));  // +- 3 standard deviations
  double sum = 0, squares = 0;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    const double gap = seconds(arrivals[i].at - arrivals[i - 1].at);
    sum += gap;
    squares += gap * gap;
  }
  const double mean = sum / n;
  CHECK(mean == doctest::Approx(0.001).epsilon(0.01));
  CHECK(std::sqrt(squares / n - mean * mean) == doctest::Approx(0.001).epsilon(0.02));
}

TEST_CASE("another seed gives other poisson times, the same seed the same") {
  const RateCurve curve = RateCurve::constant(100, 5s);
  CHECK(same(all(curve, {Spacing::poisson, 1, 1, {}}), all(curve, {Spacing::poisson, 1, 1, {}})));
  CHECK_FALSE(same(all(curve, {Spacing::poisson, 1, 1, {}}), all(curve, {Spacing::poisson, 2, 1, {}})));
}

TEST_CASE("a shape without arrivals ends at once") {
  CHECK(all(RateCurve::constant(0, 5s), {}).empty());
  CHECK(all(RateCurve::constant(0, 5s), {Spacing::poisson, 1, 1, {}}).empty());
}
