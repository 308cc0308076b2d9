#include <doctest/doctest.h>

#include <string>

#include "reading.h"

using namespace assay;
using namespace assay::config;

namespace {

using Kind = ServerMetricSpec::Kind;

constexpr const char* kArms = "  arms: { candidate: { version: canary }, baseline: { version: stable } }\n";

std::string watched(const std::string& metrics, const std::string& more = {}) {
  return std::string(
             "version: 1\nload: { shape: none, duration: 30m, warm_up: 1m }\nserver_metrics:\n"
             "  prometheus: http://127.0.0.1:9090\n") +
         kArms + "  metrics:\n" + metrics + more;
}

const std::string kErrors =
    "    - { name: server_errors, errors: 'r{$arm, status=~\"5..\"}', requests: 'r{$arm}' }\n";

std::string first_error(const std::string& text, Reading reading = {}) {
  const auto gate = reading.read(text);
  return gate ? "" : gate.error().all().front().title;
}

}  // namespace

TEST_CASE("server metrics: each source makes its kind, and units are kept in ours") {
  const auto gate = Reading().read(
      watched(kErrors +
              "    - { name: p99, histogram: 'h_bucket{$arm}', quantile: 99% }\n"
              "    - { name: slow, histogram: 'h_ms_bucket{$arm}', unit: milliseconds, slower_than: 250ms }\n"
              "    - { name: hits, query: 'avg(hits{$arm})', unit: ratio, better: higher }\n"));
  CHECK_FALSE(gate);  // "p99" means something else
  const auto good = Reading().read(
      watched(kErrors +
              "    - { name: server_p99, histogram: 'h_bucket{$arm}', quantile: 99% }\n"
              "    - { name: slow, histogram: 'h_ms_bucket{$arm}', unit: milliseconds, slower_than: 250ms }\n"
              "    - { name: hits, query: 'avg(hits{$arm})', unit: ratio, better: higher }\n"));
  REQUIRE(good);
  const auto& metrics = good->server_metrics->metrics;
  REQUIRE(metrics.size() == 4);
  CHECK(metrics[0].kind == Kind::share);
  CHECK(metrics[0].shown_unit() == Unit::ratio);
  CHECK(metrics[1].kind == Kind::quantile);
  CHECK(metrics[1].quantile == doctest::Approx(0.99));
  CHECK(metrics[1].scale == 1e9);
  CHECK(metrics[2].kind == Kind::slower);
  CHECK(metrics[2].bound == doctest::Approx(250e6));
  CHECK(metrics[2].scale == 1e6);
  CHECK(metrics[3].more_is_better);
  CHECK(good->server_metrics->arms.at(Arm::baseline).at("version") == "stable");
  CHECK(good->server_metrics->block == std::chrono::seconds(15));
}

TEST_CASE("server metrics: comparisons take margins in points for shares, else as ratios") {
  const auto gate =
      Reading().read(watched(kErrors + "    - { name: memory, query: 'avg(m{$arm})', unit: bytes }\n"
                                       "    - { name: hits, query: 'avg(hits{$arm})', unit: ratio }\n",
                             "compare:\n  - { metric: server_errors, margin: 0.25pp }\n"
                             "  - { metric: memory, margin: 5%, floor: 64MiB }\n  - { metric: hits }\n"));
  REQUIRE(gate);
  CHECK(gate->compare.empty());
  REQUIRE(gate->server_compare.size() == 3);
  CHECK(gate->server_compare[0].margin == doctest::Approx(0.0025));
  CHECK(gate->server_compare[1].margin == doctest::Approx(0.05));
  CHECK(gate->server_compare[1].floor == doctest::Approx(64.0 * 1024 * 1024));
  CHECK(gate->server_compare[2].margin == doctest::Approx(0.01));
  CHECK(gate->server_compare[2].in_points());
  CHECK(gate->compares_arms());
}

TEST_CASE("server metrics: thresholds know their unit and the arm") {
  const auto gate = Reading().read(
      watched(kErrors + "    - { name: server_p95, histogram: 'h_bucket{$arm}', quantile: 95% }\n",
              "thresholds: [ server_errors < 1%, server_p95(arm=baseline) < 300ms over 30s windows ]\n"));
  REQUIRE(gate);
  CHECK(gate->thresholds[0].aggregate == Aggregate::server_metric);
  CHECK(gate->thresholds[0].unit == Unit::ratio);
  CHECK(gate->thresholds[0].limit == doctest::Approx(0.01));
  CHECK(gate->thresholds[1].limit == doctest::Approx(300e6));
  CHECK(gate->thresholds[1].filter.arm == Arm::baseline);
  CHECK(gate->thresholds[1].window == std::chrono::seconds(30));
}

TEST_CASE("a gate that offers nothing needs no target and no scenario") {
  const auto gate = Reading().read(watched(kErrors, "thresholds: [ server_errors < 1% ]\n"));
  REQUIRE(gate);
  CHECK(gate->targets.empty());
  CHECK_FALSE(gate->offers_load());
  CHECK(gate->judged_length() == std::chrono::minutes(29));
  CHECK(first_error("version: 1\nload: none\n") == "there is nothing to watch");
}

TEST_CASE("`load: none` is ten minutes of other traffic") {
  const auto gate = Reading().read(
      "version: 1\nload: none\nserver_metrics:\n  prometheus: http://127.0.0.1:9090\n  metrics:\n"
      "    - { name: up, query: 'min(up)' }\nthresholds: [ up >= 1 ]\n");
  REQUIRE(gate);
  CHECK(gate->planned_length() == std::chrono::minutes(10));
}

TEST_CASE("`assay watch` leaves out what asks for load, and keeps it in mind") {
  const std::string text = gate_with("server_metrics:\n  prometheus: http://127.0.0.1:9090\n" +
                                     std::string(kArms) + "  metrics:\n" + kErrors +
                                     "thresholds: [ server_errors < 1%, p99(response_time) < 2s ]\n"
                                     "verdict: { abort: { error_rate: 5% } }\n");
  Reading reading;
  const auto offered = reading.read(text);
  REQUIRE(offered);
  CHECK(offered->offers_load());
  CHECK(offered->left_out.empty());
  reading.options.watch = std::chrono::minutes(30);
  const auto gate = reading.read(text);
  REQUIRE(gate);
  CHECK_FALSE(gate->offers_load());
  CHECK(gate->planned_length() == std::chrono::minutes(30));
  CHECK(gate->thresholds.size() == 1);
  CHECK(gate->left_out == std::vector<std::string>{"p99(response_time) < 2s"});
  CHECK_FALSE(gate->judgement.abort.on());
}

TEST_CASE("secrets may stand in what is sent to the server of metrics") {
  Reading reading;
  reading.environment["TOKEN"] = "s3cret";
  const auto gate = reading.read(
      "version: 1\nsecrets: [TOKEN]\nload: none\nserver_metrics:\n  prometheus: http://127.0.0.1:9090\n"
      "  headers: { Authorization: \"Bearer ${TOKEN}\" }\n  metrics: [ { name: up, query: 'min(up)' } ]\n"
      "thresholds: [ up >= 1 ]\n");
  REQUIRE(gate);
  CHECK(gate->server_metrics->headers.front().second == "Bearer s3cret");
}
