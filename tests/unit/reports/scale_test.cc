#include "reports/scale.h"

#include <doctest/doctest.h>

namespace assay::reports {
namespace {

using namespace std::chrono_literals;
using Marks = std::vector<double>;

void check_marks(const Marks& actual, const Marks& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) CHECK(actual[i] == doctest::Approx(expected[i]));
}

TEST_CASE("scale: positions are shares of the axis, and what is beyond it stands at its end") {
  const Scale linear = Scale::linear(0, 200);
  CHECK(linear.position(50) == doctest::Approx(0.25));
  CHECK(linear.position(-1) == 0);
  CHECK(linear.position(300) == 1);
  const Scale logarithmic = Scale::logarithmic(1, 10'000);
  CHECK(logarithmic.position(100) == doctest::Approx(0.5));
  CHECK(logarithmic.position(0) == 0);
  CHECK(Scale::linear(3, 3).position(3) == 0.5);
  CHECK(Scale::logarithmic(3, 3).position(3) == 0.5);
}

TEST_CASE("scale: ends are round and hold all values") {
  CHECK(scale_from_zero(1133).high() == doctest::Approx(1200));
  CHECK(scale_from_zero(1000).high() == doctest::Approx(1000));
  CHECK(scale_from_zero(0.037).high() == doctest::Approx(0.04));
  CHECK(scale_from_zero(8.1).high() == doctest::Approx(10));
  CHECK(scale_from_zero(0).high() == 1);
  const Scale around = scale_around(11.8e6, 30e9);
  CHECK(around.low() == doctest::Approx(10e6));
  CHECK(around.high() == doctest::Approx(30e9));
  CHECK(scale_around(45e6, 170e6).low() == doctest::Approx(40e6));
  CHECK(scale_around(5, 5).high() == doctest::Approx(10));
  CHECK(scale_around(0, 0).high() == 10);
}

TEST_CASE("scale: marks are round numbers, never more than wanted") {
  check_marks(ticks(Scale::linear(0, 1200), 6), {0, 500, 1000});
  check_marks(ticks(Scale::linear(0, 100), 6), {0, 20, 40, 60, 80, 100});
  check_marks(ticks(Scale::linear(0, 1), 6), {0, 0.2, 0.4, 0.6, 0.8, 1});
  check_marks(ticks(Scale::logarithmic(10, 200), 6), {10, 20, 50, 100, 200});
  check_marks(ticks(Scale::logarithmic(10, 5'000), 6), {10, 30, 100, 300, 1000, 3000});
  check_marks(ticks(Scale::logarithmic(1, 100'000), 6), {1, 10, 100, 1000, 10'000, 100'000});
  check_marks(ticks(Scale::logarithmic(1, 1e12), 6), {1, 1e3, 1e6, 1e9, 1e12});
}

TEST_CASE("scale: marks of time are those of a clock") {
  CHECK(time_ticks(30s, 6) == std::vector<Nanos>{0s, 10s, 20s, 30s});
  CHECK(time_ticks(60s, 6) == std::vector<Nanos>{0s, 15s, 30s, 45s, 60s});
  CHECK(time_ticks(10min, 6) == std::vector<Nanos>{0min, 2min, 4min, 6min, 8min, 10min});
  CHECK(time_ticks(1h, 6) == std::vector<Nanos>{0min, 15min, 30min, 45min, 60min});
  CHECK(time_ticks(500ms, 6).size() <= 6);
  for (const Nanos end : {Nanos(1ns), Nanos(7s), Nanos(59min), Nanos(25h), Nanos(24h * 5000)}) {
    const auto marks = time_ticks(end, 6);
    CHECK(marks.size() <= 6);
    CHECK(marks.front() == Nanos{0});
    CHECK(marks.back() <= end);
  }
}

}  // namespace
}  // namespace assay::reports
