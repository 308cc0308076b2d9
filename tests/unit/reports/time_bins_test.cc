#include "reports/time_bins.h"

#include <doctest/doctest.h>

#include <numeric>

#include "reports/health_bins.h"
#include "tests/support/sample_run.h"

namespace assay::reports {
namespace {

using namespace std::chrono_literals;

RunResult run_of(Nanos length, Nanos slot) {
  RunResult result;
  result.slot_length = slot;
  result.load = {{.shape = "constant-arrival-rate", .description = "", .end = length}};
  return result;
}

std::uint64_t sum(const std::vector<LatencyBin>& bins) {
  return std::accumulate(bins.begin(), bins.end(), std::uint64_t{0},
                         [](std::uint64_t all, const LatencyBin& bin) { return all + bin.count; });
}

TEST_CASE("time bins: as long as needed, of lengths that people use") {
  CHECK(grid_of(run_of(1h, 500ms), 600, 0).bin == 10s);
  CHECK(grid_of(run_of(30s, 500ms), 600, 0).bin == 500ms);
  CHECK(grid_of(run_of(72h, 500ms), 600, 0).bins <= 600);
  CHECK(grid_of(run_of(1h, 700ms), 600, 0).bin % 700ms == Nanos{0});
  CHECK(grid_of(run_of(30s, 0s), 600, 0).empty());
  CHECK(grid_of(RunResult{}, 600, 0).empty());
}

TEST_CASE("time bins: few requests make longer bins, but not fewer than a picture needs") {
  const RunResult result = test_support::sample_result();
  CHECK(grid_of(result, 600, 0).bins == 120);
  const TimeGrid grid = grid_of(result, 600, 1'000'000);
  CHECK(grid.bins >= 24);
  CHECK(grid.bins < 60);
}

TEST_CASE("time bins: every judged request is in one bin, whatever their length") {
  const RunResult result = test_support::sample_result();
  std::uint64_t requests = 0;
  for (const Series& series : result.series) requests += series.key.arm == Arm::candidate ? series.count : 0;
  for (const std::uint32_t most : {600U, 40U, 7U, 1U}) {
    const TimeGrid grid = grid_of(result, most, 0);
    const auto bins = latency_bins(result, Arm::candidate, grid);
    CHECK(bins.size() == grid.bins);
    CHECK(bins.size() <= most);
    CHECK(sum(bins) == requests);
    CHECK(sum(coarser(bins, 3)) == requests);
    CHECK(coarser(bins, 3).size() == coarser(grid, 3).bins);
  }
}

TEST_CASE("time bins: percentiles of joined bins are of the merged histograms") {
  const RunResult result = test_support::sample_result();
  const TimeGrid grid = grid_of(result, 600, 0);
  const auto all = coarser(latency_bins(result, Arm::baseline, grid), grid.bins);
  REQUIRE(all.size() == 1);
  stats::Histogram merged;
  for (const Series& series : result.series)
    if (series.key.arm == Arm::baseline) merged.merge(series.times[0]);
  CHECK(all[0].response_time.quantile(0.99) == merged.quantile(0.99));
  CHECK(all[0].response_time.max() == merged.max());
}

TEST_CASE(
    "time bins: what the generator noted is averaged or the highest, and no second beyond the end counts") {
  RunResult result = run_of(4s, 500ms);
  for (std::uint32_t i = 0; i < 6; ++i) {
    HealthSecond second;
    second.second = i;
    second.started = 10 * i;
    result.health.seconds.push_back(second);
  }
  const TimeGrid grid = second_grid(result, {2s, 2, 4});
  CHECK(grid.bins == 2);
  const auto started = [](const HealthSecond& second) -> std::optional<double> {
    return static_cast<double>(second.started);
  };
  CHECK(joined_seconds(result.health, grid, Join::mean, started) ==
        std::vector<std::optional<double>>{5.0, 25.0});
  CHECK(joined_seconds(result.health, grid, Join::maximum, started) ==
        std::vector<std::optional<double>>{10.0, 30.0});
  CHECK(second_grid(result, {}).empty());
}

}  // namespace
}  // namespace assay::reports
