#include "reports/metric_points.h"

#include <doctest/doctest.h>

#include "reports/html_report.h"
#include "tests/support/sample_run.h"

namespace assay::reports {
namespace {

using namespace std::chrono_literals;

ServerMetric metric_of(ServerMetricKind kind, std::vector<ArmBlock> candidate) {
  ServerMetric metric;
  metric.kind = kind;
  metric.block = 5s;
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    MetricBlock& block = metric.blocks.emplace_back();
    block.from = 5s * static_cast<std::int64_t>(i);
    block.until = block.from + 5s;
    block.arm(Arm::candidate) = std::move(candidate[i]);
  }
  return metric;
}

TEST_CASE("server metric: joined blocks give the share of all their requests, not the mean of their shares") {
  const ServerMetric metric =
      metric_of(ServerMetricKind::ratio, {{100, 50, {}, {}}, {900, 0, {}, {}}, {10, 1, {}, {}}});
  const auto points = metric_points(metric, 2);
  REQUIRE(points.size() == 2);
  CHECK(points[0].from == 0s);
  CHECK(points[0].until == 10s);
  CHECK(points[0].arm(Arm::candidate)->value == doctest::Approx(0.05));
  CHECK(points[1].until == 15s);
  CHECK(points[1].arm(Arm::candidate)->value == doctest::Approx(0.1));
  CHECK(!points[0].arm(Arm::baseline));
}

TEST_CASE("server metric: a quantile is that of all buckets together, and says when it lies beyond them") {
  ServerMetric metric =
      metric_of(ServerMetricKind::quantile, {{10, 0, {10, 0, 0}, {}}, {30, 0, {0, 30, 0}, {}}});
  metric.quantile = 0.5;
  metric.bounds = {1, 2};
  const auto joined = metric_points(metric, 1);
  REQUIRE(joined.size() == 1);
  CHECK(joined[0].arm(Arm::candidate)->value == doctest::Approx(1 + 10.0 / 30));
  CHECK(!joined[0].arm(Arm::candidate)->beyond_bounds);
  metric.blocks[1].arm(Arm::candidate).buckets = {0, 0, 30};
  const auto beyond = metric_points(metric, 1);
  CHECK(beyond[0].arm(Arm::candidate)->value == 2);
  CHECK(beyond[0].arm(Arm::candidate)->beyond_bounds);
}

TEST_CASE("server metric: a block in which nothing was known is a gap") {
  const auto points =
      metric_points(metric_of(ServerMetricKind::value, {{0, 0, {}, 3}, {}, {0, 0, {}, 5}}), 10);
  REQUIRE(points.size() == 3);
  CHECK(points[0].arm(Arm::candidate)->value == 3);
  CHECK(!points[1].arm(Arm::candidate));
  CHECK(metric_points(ServerMetric{}, 10).empty());
}

TEST_CASE("server metrics on the page: a chart of what is known, and why the rest is not") {
  RunRecord record = test_support::sample_run();
  CHECK(write_html_report(record, {}).find("id=\"server-metrics\"") == std::string::npos);
  record.result.server_metrics = test_support::sample_server_metrics();
  const std::string page = write_html_report(record, {});
  CHECK(page.find("<title>p95 of answers over time</title>") != std::string::npos);
  CHECK(page.find("over 250ms") != std::string::npos);
  CHECK(page.find("<title>queue over time</title>") == std::string::npos);
  CHECK(page.find("candidate: the query has no result for this arm") != std::string::npos);
}

TEST_CASE("server metrics on the page: a histogram without bounds says only that all lies above") {
  RunRecord record = test_support::sample_run();
  ServerMetric metric = metric_of(ServerMetricKind::quantile, {{10, 0, {10}, {}}});
  metric.sources[0].emplace();
  record.result.server_metrics = {metric};
  CHECK(write_html_report(record, {}).find("over 0") != std::string::npos);
}

TEST_CASE("server metrics on the page: at most 25 of two arms, the rest is counted") {
  RunRecord record = test_support::sample_run();
  record.result.server_metrics.assign(60, test_support::sample_server_metrics().front());
  const std::string page = write_html_report(record, {});
  std::size_t charts = 0;
  for (std::size_t at = 0; (at = page.find("<title>errors over time</title>", at)) != std::string::npos; ++at)
    ++charts;
  CHECK(charts == 25);
  CHECK(page.find("and 35 more metrics") != std::string::npos);
}

}  // namespace
}  // namespace assay::reports
