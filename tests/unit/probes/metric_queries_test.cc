#include "probes/metric_queries.h"

#include <doctest/doctest.h>

#include <string>

using namespace assay;
using namespace assay::probes;
using config::ServerMetricSpec;
using config::ServerMetricsSpec;
using Kind = ServerMetricSpec::Kind;

namespace {

ServerMetricsSpec two_arms() {
  ServerMetricsSpec all;
  all.prometheus = "http://127.0.0.1:9090";
  all.arms[Arm::candidate] = {{"version", "canary"}, {"zone", "a\"b"}};
  all.arms[Arm::baseline] = {{"version", "stable"}, {"zone", "a\"b"}};
  return all;
}

ServerMetricSpec share(std::string errors, std::string requests) {
  ServerMetricSpec metric;
  metric.name = "errors";
  metric.kind = Kind::share;
  metric.errors = std::move(errors);
  metric.requests = std::move(requests);
  return metric;
}

ServerMetricSpec query(std::string text) {
  ServerMetricSpec metric;
  metric.name = "memory";
  metric.query = std::move(text);
  return metric;
}

std::string first_mistake(ServerMetricSpec metric) {
  ServerMetricsSpec all = two_arms();
  all.metrics = {std::move(metric)};
  const ConfigErrors mistakes = server_metric_mistakes(all);
  return mistakes.empty() ? "" : mistakes.all().front().title;
}

}  // namespace

TEST_CASE("metric queries: $arm becomes the labels of an arm, quoted as PromQL wants it") {
  const ServerMetricsSpec all = two_arms();
  CHECK(filled("r{$arm, status=~\"5..\"}", all, Arm::candidate) ==
        "r{version=\"canary\", zone=\"a\\\"b\", status=~\"5..\"}");
  CHECK(filled("rate(r{$arm}[$block])", all, Arm::baseline) ==
        "rate(r{version=\"stable\", zone=\"a\\\"b\"}[15000ms])");
}

TEST_CASE("metric queries: growth is counted between the last samples of blocks") {
  CHECK(growth_query("r", std::chrono::seconds(15), false) ==
        "sum((last_over_time(r[15000ms]) - (last_over_time(r[600000ms] offset 15000ms) or "
        "last_over_time(r[15000ms]) * 0) >= 0) or last_over_time(r[15000ms]))");
  CHECK(growth_query("h", std::chrono::seconds(15), true).starts_with("sum by (le) ("));
}

TEST_CASE("metric queries: errors that no series could count are asked for") {
  const auto queries =
      existence_queries(share("r{$arm, status=~\"5..\", path!=\"/health\"}", "r{$arm}"), two_arms());
  REQUIRE(queries.size() == 2);
  CHECK(queries[0].query == "count(r)");
  CHECK(queries[1].query == "count(r{status!=\"\"})");
  CHECK(queries[1].missing == "no series of r has the label status");
}

TEST_CASE("metric queries: what looks back further than its block is refused") {
  CHECK(first_mistake(query("sum(rate(r{$arm}[$block]))")) == "");
  CHECK(first_mistake(query("sum(rate(r{$arm}[15s]))")) == "");
  CHECK(first_mistake(query("sum(rate(r{$arm}[5m]))")) == "\"memory\" looks back 5m, further than its block");
  CHECK(first_mistake(query("sum(r{$arm, path=\"/x})")) == "the query of \"memory\" cannot be read");
}

TEST_CASE("metric queries: counters are selected, not computed") {
  CHECK(first_mistake(share("r{$arm, status=\"500\"}", "r{$arm}")) == "");
  CHECK(first_mistake(share("r{$arm} + s{$arm}", "r{$arm}")) ==
        "\"errors\" needs a selector with the name of its counter");
  CHECK(first_mistake(share("{$arm}", "r{$arm}")) ==
        "\"errors\" needs a selector with the name of its counter");
}
