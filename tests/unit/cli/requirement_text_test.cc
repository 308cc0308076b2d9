#include "cli/requirement_text.h"

#include <doctest/doctest.h>

namespace assay::cli {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a threshold is a sentence with its filter, limit and window") {
  config::ThresholdSpec threshold;
  threshold.quantile = 0.999;
  threshold.limit = 300e6;
  threshold.filter.step = "list invoices";
  threshold.window = 30s;
  CHECK(threshold_text(threshold) ==
        "p99.9 of the response time of step \"list invoices\" must be below 300ms, in every full window of "
        "30s");
}

TEST_CASE("shares, rates and severities are written in their own units") {
  config::ThresholdSpec threshold;
  threshold.aggregate = config::Aggregate::error_rate;
  threshold.limit = 0.01;
  threshold.severity = Severity::warn;
  CHECK(threshold_text(threshold) == "the share of failed requests must be below 1% (warn only)");
  threshold.aggregate = config::Aggregate::rate;
  threshold.comparator = config::Comparator::greater_equal;
  threshold.limit = 150;
  threshold.severity = Severity::blocker;
  CHECK(threshold_text(threshold) == "the rate of requests must be at least 150/s");
}

TEST_CASE("a comparison names its margin and its floor") {
  config::CompareSpec compare;
  compare.quantile = 0.95;
  compare.margin = 0.1;
  CHECK(comparison_text(compare) == "p95 of the response time may be at most 10% above the baseline's");
  compare.floor_ns = 1e6;
  CHECK(comparison_text(compare) ==
        "p95 of the response time may be at most 10% or 1ms, whichever is more, above the baseline's");
  compare.what = config::CompareSpec::What::error_rate;
  compare.margin = 0.0025;
  CHECK(comparison_text(compare) == "the error rate may be at most 0.25pp above the baseline's");
}

}  // namespace
}  // namespace assay::cli
