#include "probes/metric_blocks.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::probes;
using config::ServerMetricSpec;
using Kind = ServerMetricSpec::Kind;

namespace {

constexpr double kStart = 1'000;

BlockGrid grid_of(std::size_t blocks) {
  BlockGrid grid;
  grid.block = std::chrono::seconds(15);
  grid.first_end_s = kStart;
  for (std::size_t k = 0; k < blocks; ++k) grid.blocks.push_back({k * grid.block, (k + 1) * grid.block, {}});
  return grid;
}

PromSeries series(const std::vector<double>& values, Labels labels = {}) {
  PromSeries made{std::move(labels), {}};
  for (std::size_t k = 0; k < values.size(); ++k)
    if (!std::isinf(values[k])) made.points.push_back({kStart + 15.0 * static_cast<double>(k), values[k]});
  return made;
}
constexpr double kGap = INFINITY;

ServerMetric metric_for(const BlockGrid& grid) {
  ServerMetric metric;
  metric.blocks = grid.blocks;
  return metric;
}

ServerMetricSpec spec(Kind kind) {
  ServerMetricSpec made;
  made.kind = kind;
  made.unit = Unit::nanoseconds;
  made.scale = 1e9;
  made.quantile = 0.99;
  made.bound = 250e6;
  return made;
}

std::string put(const ServerMetricSpec& spec, Arm arm, const ArmAnswer& answer, const BlockGrid& grid,
                ServerMetric& metric) {
  return put_blocks({spec, arm, grid, 0}, answer, metric);
}

ArmAnswer histogram() {
  return {{true,
           {series({8, 0}, {{"le", "0.1"}}), series({9, 0}, {{"le", "0.25"}}),
            series({12, 0}, {{"le", "+Inf"}})}},
          {}};
}

}  // namespace

TEST_CASE("metric blocks: a share has its counts, and nothing where there was nothing") {
  const BlockGrid grid = grid_of(3);
  ServerMetric metric = metric_for(grid);
  const ArmAnswer answer{{true, {series({10, kGap, 20})}}, {true, {series({1, kGap, kGap})}}};
  CHECK(put(spec(Kind::share), Arm::candidate, answer, grid, metric) == "");
  CHECK(metric.blocks[0].arm(Arm::candidate).events == 1);
  CHECK(metric.blocks[0].arm(Arm::candidate).requests == 10);
  CHECK(metric.blocks[1].arm(Arm::candidate).requests == 0);
  CHECK(metric.blocks[2].arm(Arm::candidate).events == 0);
  CHECK(metric.blocks[2].arm(Arm::candidate).requests == 20);
  CHECK(metric.blocks[2].arm(Arm::baseline).requests == 0);
}

TEST_CASE("metric blocks: more errors than requests are no share") {
  const BlockGrid grid = grid_of(1);
  ServerMetric metric = metric_for(grid);
  CHECK(put(spec(Kind::share), Arm::candidate, {{true, {series({5})}}, {true, {series({6})}}}, grid,
            metric) == "1 of 1 blocks have more errors than requests: they do not count the same");
}

TEST_CASE("metric blocks: cumulative buckets become counts in our unit") {
  const BlockGrid grid = grid_of(2);
  ServerMetric metric = metric_for(grid);
  CHECK(put(spec(Kind::quantile), Arm::baseline, histogram(), grid, metric) == "");
  CHECK(metric.bounds == std::vector<double>{0.1e9, 0.25e9});
  CHECK(metric.blocks[0].arm(Arm::baseline).buckets == std::vector<std::uint64_t>{8, 1, 3});
  CHECK(metric.blocks[0].arm(Arm::baseline).requests == 12);
  CHECK(metric.blocks[1].arm(Arm::baseline).buckets.empty());
}

TEST_CASE("metric blocks: requests above a bound are counted exactly, and only at a bound") {
  const BlockGrid grid = grid_of(2);
  ServerMetric metric = metric_for(grid);
  CHECK(put(spec(Kind::slower), Arm::candidate, histogram(), grid, metric) == "");
  CHECK(metric.blocks[0].arm(Arm::candidate).events == 3);
  CHECK(metric.blocks[0].arm(Arm::candidate).requests == 12);
  ServerMetricSpec between = spec(Kind::slower);
  between.bound = 200e6;
  CHECK(put(between, Arm::candidate, histogram(), grid, metric) ==
        "slower_than is none of its buckets: they are at 100ms, 250ms");
}

TEST_CASE("metric blocks: a histogram without +Inf, or with other buckets, is none") {
  const BlockGrid grid = grid_of(2);
  ServerMetric metric = metric_for(grid);
  ArmAnswer cut = histogram();
  cut.range.series.pop_back();
  CHECK(put(spec(Kind::quantile), Arm::candidate, cut, grid, metric).starts_with("it has no buckets up"));
  REQUIRE(put(spec(Kind::quantile), Arm::candidate, histogram(), grid, metric) == "");
  ArmAnswer other = histogram();
  other.range.series[0].labels["le"] = "0.2";
  CHECK(put(spec(Kind::quantile), Arm::baseline, other, grid, metric) ==
        "its histogram has other buckets than before: 200ms, 250ms");
}

TEST_CASE("metric blocks: a query has one result; NaN is no value") {
  const BlockGrid grid = grid_of(2);
  ServerMetric metric = metric_for(grid);
  CHECK(put(spec(Kind::value), Arm::candidate, {{true, {series({0.5, NAN})}}, {}}, grid, metric) == "");
  CHECK(*metric.blocks[0].arm(Arm::candidate).value == doctest::Approx(0.5e9));
  CHECK_FALSE(metric.blocks[1].arm(Arm::candidate).value);
  const ArmAnswer two{{true, {series({1}, {{"pod", "a"}}), series({1}, {{"pod", "b"}})}}, {}};
  CHECK(put(spec(Kind::value), Arm::candidate, two, grid, metric) ==
        "its query has 2 results, such as {pod=\"a\"}: make one of them, as with sum or avg");
}

TEST_CASE("metric blocks: a point that ends no block belongs to none") {
  const BlockGrid grid = grid_of(3);
  CHECK(grid.index_of(kStart) == std::size_t{0});
  CHECK(grid.index_of(kStart + 30.05) == std::size_t{2});
  CHECK_FALSE(grid.index_of(kStart + 7));
  CHECK_FALSE(grid.index_of(kStart - 15));
  CHECK_FALSE(grid.index_of(kStart + 45));
}
