#include "reports/sparkline.h"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

namespace assay::reports {
namespace {

TEST_CASE("a sparkline is as high as its values, and blank where there are none") {
  CHECK(sparkline(std::vector<double>{1, 4, 8, 0, 2}, 8) == "▁▄█ ▂");
  CHECK(sparkline(std::vector<double>{0.001, 100}, 8) == "▁█");
  CHECK(sparkline(std::vector<double>{std::numeric_limits<double>::quiet_NaN()}, 8) == " ");
  CHECK(sparkline(std::vector<double>{3}, 0) == " ");
}

}  // namespace
}  // namespace assay::reports
