#include "reports/health_bins.h"

#include <algorithm>

namespace assay::reports {

using namespace std::chrono_literals;

TimeGrid second_grid(const RunResult& result, const TimeGrid& grid) {
  if (grid.empty()) return {};
  Nanos end{0};
  for (const LoadPhaseFacts& phase : result.load) end = std::max(end, phase.end);
  if (end == Nanos{0}) end = result.duration;
  const Nanos bin = std::max<Nanos>(1s, (grid.bin + 1s - 1ns) / 1s * 1s);
  return {bin, static_cast<std::uint32_t>(std::min<Nanos::rep>(end / bin, grid.bins)), 1};
}

std::vector<std::optional<double>> joined_seconds(
    const GeneratorHealth& health, const TimeGrid& grid, Join join,
    const std::function<std::optional<double>(const HealthSecond&)>& of) {
  std::vector<std::optional<double>> values(grid.bins);
  if (grid.empty()) return values;
  std::vector<double> seconds_seen(grid.bins);
  for (const HealthSecond& second : health.seconds) {
    const auto bin = static_cast<std::size_t>(Nanos(1s) * std::int64_t{second.second} / grid.bin);
    const std::optional<double> value = bin < values.size() ? of(second) : std::nullopt;
    if (!value) continue;
    const double before = values[bin].value_or(0);
    values[bin] = join == Join::mean ? before + *value : std::max(before, *value);
    seconds_seen[bin] += 1;
  }
  for (std::size_t i = 0; join == Join::mean && i < values.size(); ++i)
    if (values[i]) *values[i] /= seconds_seen[i];
  return values;
}

}  // namespace assay::reports
