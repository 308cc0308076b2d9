#include <doctest/doctest.h>

#include "base/random.h"
#include "base/units.h"

using namespace assay;
using namespace std::chrono_literals;

TEST_CASE("durations are written with three significant digits") {
  CHECK(format_duration(0ns) == "0s");
  CHECK(format_duration(7ns) == "7ns");
  CHECK(format_duration(1234ns) == "1.23us");
  CHECK(format_duration(12345us) == "12.3ms");
  CHECK(format_duration(123456us) == "123ms");
  CHECK(format_duration(250ms) == "250ms");
  CHECK(format_duration(1500ms) == "1.5s");
  CHECK(format_duration(999999us) == "1s");
  CHECK(format_duration(-5ms) == "-5ms");
  CHECK(format_duration(Nanos::min()) == "-" + format_duration(Nanos::max()));
}

TEST_CASE("from a minute on, two units are written") {
  CHECK(format_duration(60s) == "1m");
  CHECK(format_duration(90s) == "1m30s");
  CHECK(format_duration(59999ms) == "1m");
  CHECK(format_duration(10min) == "10m");
  CHECK(format_duration(3661s) == "1h1m");
  CHECK(format_duration(25h) == "1d1h");
}

TEST_CASE("a written duration reads back as nearly the same value") {
  Random random(7, 0);
  for (int i = 0; i < 2000; ++i) {
    const Nanos value(static_cast<std::int64_t>(random.below(std::uint64_t{1} << random.below(42))));
    CAPTURE(value.count());
    const auto back = parse_duration(format_duration(value));
    REQUIRE(back);
    CHECK(static_cast<double>(back->count()) ==
          doctest::Approx(static_cast<double>(value.count())).epsilon(0.02));
  }
}

TEST_CASE("sizes, rates and shares") {
  CHECK(format_size(0) == "0B");
  CHECK(format_size(512) == "512B");
  CHECK(format_size(1300000000) == "1.21GiB");
  CHECK(format_rate(200) == "200/s");
  CHECK(format_rate(0.333) == "0.333/s");
  CHECK(format_rate(12345.6) == "12346/s");
  CHECK(format_data_rate(1048576) == "1MiB/s");
  CHECK(format_ratio(0.0025) == "0.25%");
  CHECK(format_ratio(0.999) == "99.9%");
  CHECK(format_points(0.01) == "1pp");
}

TEST_CASE("counts are grouped in thousands") {
  CHECK(format_count(0) == "0");
  CHECK(format_count(999) == "999");
  CHECK(format_count(1000) == "1,000");
  CHECK(format_count(1234567) == "1,234,567");
}

TEST_CASE("numbers never have an exponent") {
  CHECK(format_number(1.5) == "1.5");
  CHECK(format_number(0.000012345) == "0.0000123");
  CHECK(format_number(1e9) == "1000000000");
  CHECK(format_number(-2.346) == "-2.35");
}
