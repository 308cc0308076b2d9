#include "base/units.h"

#include <doctest/doctest.h>

using namespace assay;
using namespace std::chrono_literals;

TEST_CASE("durations carry their unit and may be sums") {
  CHECK(*parse_duration("250ms") == Nanos(250ms));
  CHECK(*parse_duration("2s") == Nanos(2s));
  CHECK(*parse_duration("1m30s") == Nanos(90s));
  CHECK(*parse_duration("1.5s") == Nanos(1500ms));
  CHECK(*parse_duration("10us") == Nanos(10us));
  CHECK(*parse_duration("7ns") == Nanos(7));
  CHECK(*parse_duration("2h") == Nanos(2h));
  CHECK(*parse_duration("1d") == Nanos(24h));
  CHECK(*parse_duration("0s") == Nanos(0));
  CHECK(*parse_duration(" 5s ") == Nanos(5s));
}

TEST_CASE("what is no duration says why") {
  CHECK(parse_duration("5").error().find("has no unit") != std::string::npos);
  CHECK(parse_duration("5x").error().find("not a unit of time") != std::string::npos);
  CHECK(parse_duration("30s1m").error().find("mixes its units") != std::string::npos);
  CHECK(parse_duration("1s1s").error().find("mixes its units") != std::string::npos);
  for (const char* text :
       {"", "-5s", "s", "5 s 3", "1e3s", ".5s", "5.s", "1.2.3s", "99999999999999999999s", "9999999d"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("sizes know powers of 1000 and of 1024") {
  CHECK(*parse_size("10B") == 10);
  CHECK(*parse_size("1kB") == 1000);
  CHECK(*parse_size("64KiB") == 65536);
  CHECK(*parse_size("1MB") == 1000000);
  CHECK(*parse_size("1.5MiB") == 1572864);
  CHECK(*parse_size("2 GiB") == 2147483648U);
}

TEST_CASE("what is no size is refused") {
  for (const char* text : {"", "64", "64K", "KiB", "-1B", "0.5B", "99999999TB"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_size(text));
  }
}

TEST_CASE("rates are per second, minute or hour") {
  CHECK(*parse_rate("200/s") == doctest::Approx(200));
  CHECK(*parse_rate("1k/s") == doctest::Approx(1000));
  CHECK(*parse_rate("90/m") == doctest::Approx(1.5));
  CHECK(*parse_rate("3600/h") == doctest::Approx(1));
  CHECK(*parse_rate("0.5/s") == doctest::Approx(0.5));
  for (const char* text : {"200", "200/d", "/s", "200s", "2x/s", "-1/s"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rate(text));
  }
}

TEST_CASE("shares and differences of shares are not the same thing") {
  CHECK(*parse_ratio("1%") == doctest::Approx(0.01));
  CHECK(*parse_ratio("0.25%") == doctest::Approx(0.0025));
  CHECK(*parse_points("0.25pp") == doctest::Approx(0.0025));
  CHECK(parse_ratio("1pp").error().find("percentage points") != std::string::npos);
  CHECK_FALSE(parse_points("1%"));
  CHECK_FALSE(parse_ratio("0.01"));
  CHECK_FALSE(parse_ratio("-1%"));
}

TEST_CASE("a data rate is a size per second") {
  CHECK(*parse_data_rate("1MiB/s") == doctest::Approx(1048576));
  CHECK_FALSE(parse_data_rate("1MiB"));
  CHECK_FALSE(parse_data_rate("1/s"));
}
