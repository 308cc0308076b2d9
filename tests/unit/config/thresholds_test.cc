#include <doctest/doctest.h>

#include "config/threshold_expression.h"
#include "reading.h"

using namespace assay;
using namespace assay::config;
using namespace std::chrono_literals;

namespace {

ThresholdSpec threshold(const std::string& text) {
  Reading reading;
  reading.options.targets["baseline"] = "http://127.0.0.1:8081";
  const auto gate = reading.read(gate_with("thresholds:\n  - '" + text + "'\n"));
  REQUIRE_MESSAGE(gate, (gate ? "" : gate.error().render()));
  return gate->thresholds.at(0);
}

}  // namespace

TEST_CASE("percentiles of every metric") {
  const ThresholdSpec spec = threshold("p99.9(service_time) <= 1.5s");
  CHECK(spec.aggregate == Aggregate::quantile);
  CHECK(spec.quantile == doctest::Approx(0.999));
  CHECK(spec.metric == Metric::service_time);
  CHECK(spec.comparator == Comparator::less_equal);
  CHECK(spec.limit == doctest::Approx(1.5e9));
  CHECK(spec.source_text == "p99.9(service_time) <= 1.5s");
  CHECK(threshold("p50(first_byte) < 1s").metric == Metric::first_byte);
}

TEST_CASE("max and mean take a metric, the counting measures do not") {
  CHECK(threshold("max(tls) < 1s").aggregate == Aggregate::max);
  CHECK(threshold("mean(send_lag) < 1ms").aggregate == Aggregate::mean);
  CHECK(threshold("error_rate < 1%").limit == doctest::Approx(0.01));
  CHECK(threshold("check_rate >= 99.9%").limit == doctest::Approx(0.999));
  CHECK(threshold("rate > 90/m").limit == doctest::Approx(1.5));
  CHECK(threshold("count >= 1000").limit == doctest::Approx(1000));
  CHECK(threshold("received > 1MiB/s").limit == doctest::Approx(1048576));
}

TEST_CASE("the arm is the candidate unless another is named") {
  CHECK(threshold("rate > 1/s").filter.arm == Arm::candidate);
  CHECK(threshold("rate(arm=baseline) > 1/s").filter.arm == Arm::baseline);
}

TEST_CASE("filters select a scenario, a step and a class of statuses") {
  const FilterSpec filter =
      threshold("p95(response_time, scenario=s, step=\"GET /\", status=2xx) < 1s").filter;
  CHECK(filter.scenario == "s");
  CHECK(filter.step == "GET /");
  CHECK(filter.status_class == 2);
  CHECK(threshold("count(status=none) < 1").filter.status_class == 0);
  CHECK_FALSE(threshold("count() < 1").filter.status_class);
}

TEST_CASE("windows are kept") {
  CHECK(threshold("error_rate < 1% over 5s windows").window == Nanos(5s));
  CHECK_FALSE(threshold("error_rate < 1%").window);
}

TEST_CASE("the severity is blocker unless another is named") {
  Reading reading;
  const auto gate =
      reading.read(gate_with("thresholds: [ error_rate < 1%, { threshold: rate > 1/s, severity: warn } ]\n"));
  REQUIRE(gate);
  CHECK(gate->thresholds.at(0).severity == Severity::blocker);
  CHECK(gate->thresholds.at(1).severity == Severity::warn);
}

TEST_CASE("percentiles lie strictly between 0 and 100") {
  CHECK(parse_percentile("p95") == doctest::Approx(0.95));
  for (const char* word : {"p0", "p100", "p", "95", "p95x", "p-1", "pnan", "pinf", "p1e1"}) {
    CAPTURE(word);
    CHECK_FALSE(parse_percentile(word));
  }
}
