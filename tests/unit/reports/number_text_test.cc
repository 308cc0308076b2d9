#include "reports/number_text.h"

#include <doctest/doctest.h>

#include "reports/table.h"

namespace assay::reports {
namespace {

TEST_CASE("values are written in the unit of their finding") {
  CHECK(value_text(12.3e6, Unit::nanoseconds) == "12.3ms");
  CHECK(value_text(0.0125, Unit::ratio) == "1.25%");
  CHECK(value_text(198, Unit::per_second) == "198/s");
  CHECK(value_text(12345, Unit::count) == "12,345");
  CHECK(value_text(1.5, Unit::none) == "1.5");
}

TEST_CASE("changes carry their sign, and changes of ratios are points") {
  CHECK(change_text(0.042, Unit::nanoseconds) == "+4.2%");
  CHECK(change_text(-0.042, Unit::nanoseconds) == "-4.2%");
  CHECK(change_text(0.001, Unit::ratio) == "+0.1pp");
  CHECK(change_text(11.3, Unit::nanoseconds) == "x12.3");
  CHECK(change_text(-0.00416, Unit::nanoseconds) == "-0.4%");
  CHECK(change_text(-0.0001, Unit::nanoseconds) == "+0%");
  CHECK(margin_text(0.0025, Unit::ratio) == "0.25pp");
  CHECK(margin_text(0.1, Unit::nanoseconds) == "10%");
}

TEST_CASE("columns are aligned by code points, not by bytes") {
  Table table({Align::left, Align::right});
  table.add({"µs", "1"});
  table.add({"seconds", "100"});
  CHECK(table.text() == "  µs         1\n  seconds  100\n");
}

}  // namespace
}  // namespace assay::reports
