#include "schedule/rate_curve.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace assay;
using namespace assay::schedule;
using namespace std::chrono_literals;

namespace {

const RateCurve kHill{10, {{100, 10s}, {100, 5s}, {0, 20s}}};

}  // namespace

TEST_CASE("the integral of a ramp is the area under it") {
  CHECK(kHill.arrivals_until(10s) == doctest::Approx(550));
  CHECK(kHill.arrivals_until(15s) == doctest::Approx(1050));
  CHECK(kHill.total() == doctest::Approx(2050));
  CHECK(kHill.length() == 35s);
  CHECK(kHill.peak_per_s() == doctest::Approx(100));
  CHECK(kHill.rate_at(5s) == doctest::Approx(55));
  CHECK(kHill.rate_at(25s) == doctest::Approx(50));
}

TEST_CASE("the integral agrees with a numeric one at every moment") {
  double numeric = 0;
  constexpr Nanos kStep = 1ms;
  for (Nanos at{0}; at < kHill.length(); at += kStep) {
    CHECK(kHill.arrivals_until(at) == doctest::Approx(numeric).epsilon(1e-6));
    numeric += kHill.rate_at(at + kStep / 2) * seconds(kStep);
  }
}

TEST_CASE("time_of inverts the integral to the nanosecond") {
  for (double n = 0; n < kHill.total() - 1; n += 0.37) {
    const Nanos at = kHill.time_of(n);
    CHECK(std::abs(kHill.arrivals_until(at) - n) <=
          100 * 1e-9 + 1e-9);  // 100/s: one nanosecond is 1e-7 arrivals
  }
}

TEST_CASE("a constant rate gives exact multiples of its period") {
  const RateCurve curve = RateCurve::constant(200, 600s);
  CHECK(curve.time_of(0) == 0ns);
  CHECK(curve.time_of(1) == 5ms);
  CHECK(curve.time_of(119'999) == 119'999 * 5ms);
  CHECK(RateCurve::constant(3, 10s).time_of(1) == 333'333'333ns);
}

TEST_CASE("a ramp down to zero reaches its end without a division by zero") {
  const RateCurve curve{100, {{0, 10s}}};
  CHECK(curve.total() == doctest::Approx(500));
  CHECK(curve.time_of(499.999999) < 10s);
  CHECK(curve.time_of(499.999999) > 9900ms);
}

TEST_CASE("a silent stretch is skipped") {
  const RateCurve curve{0, {{0, 5s}, {10, 0s}, {10, 1s}}};
  CHECK(curve.total() == doctest::Approx(10));
  CHECK(curve.time_of(0) == 5s);
}

TEST_CASE("a jump has no length") {
  const RateCurve curve{10, {{10, 1s}, {1000, 0s}, {1000, 1s}}};
  CHECK(curve.total() == doctest::Approx(1010));
  CHECK(curve.time_of(10) == 1s);
}
