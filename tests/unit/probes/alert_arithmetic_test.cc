#include "probes/alert_arithmetic.h"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;

namespace {

const RuleTimes kRatio{"sum(rate(errors[5m])) / sum(rate(all[5m])) > 0.05", 5min, 15s};
const RuleTimes kGauge{"queue_depth > 1000", 2min, 15s};

}  // namespace

// The guide of BookKeep at half of all requests failing: 300 s x 0.05 / 0.5 + 300 s + 15 s = 345 s, as was
// measured.
TEST_CASE("alert arithmetic: the least time to fire") {
  CHECK(least_time_to_fire(kRatio, 0.5) == 345s);
  CHECK(least_time_to_fire(kRatio, 1.0) == 330s);
  CHECK(least_time_to_fire(kRatio, std::nullopt) == 315s);
  CHECK(least_time_to_fire(kGauge, 0.5) == 135s);
}

TEST_CASE("alert arithmetic: a time that cannot suffice is told with its numbers") {
  CHECK(why_not_in_time(kRatio, 0.5, 6min).empty());
  CHECK(why_not_in_time(kRatio, 0.5, 300s) ==
        "it cannot fire within 5m: a share of 50% exceeds 5% after 30s of the window of 5m, then it is "
        "pending for 5m, with an "
        "evaluation each 15s, so 5m45s at least");
  CHECK(why_not_in_time(kGauge, std::nullopt, 1min) ==
        "it cannot fire within 1m: it is pending for 2m, with an evaluation each 15s, so 2m15s at least");
  CHECK(why_not_in_time({"up == 0", 0s, 0s}, std::nullopt, 1s).empty());
}

TEST_CASE("alert arithmetic: it fires on for as long as its rule says") {
  const RuleTimes kept{"up == 0", 1min, 15s, 5min};
  CHECK(why_not_over_in_time(kept, 299s) ==
        "it cannot end within 4m59s: it keeps firing for 5m after its condition held last");
  CHECK(why_not_over_in_time(kept, 5min).empty());
  CHECK(why_not_over_in_time(kGauge, 1ms).empty());
  CHECK(least_time_to_fire(kept, std::nullopt) == 75s);
}

TEST_CASE("alert arithmetic: a share that is never enough") {
  CHECK(why_not_by_share(kRatio, 0.06).empty());
  CHECK(why_not_by_share(kRatio, 0.05) == "a share of 5% never exceeds the threshold of 5%");
  CHECK(why_not_by_share({"up < 1", 0s, 0s}, 0.01).empty());
}
