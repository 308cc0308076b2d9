// Throughput: what was intended, what was started, what was completed.
#include <fmt/format.h>

#include "base/units.h"
#include "reports/html_health_chart.h"
#include "reports/html_sections.h"

namespace assay::reports {
namespace {

std::optional<double> intended(const HealthSecond& second) { return static_cast<double>(second.intended); }
std::optional<double> started(const HealthSecond& second) { return static_cast<double>(second.started); }
std::optional<double> completed(const HealthSecond& second) { return static_cast<double>(second.completed); }

}  // namespace

Markup throughput_section(const RunView& view) {
  const GeneratorHealth& health = view.result.health;
  const TimeGrid grid = second_grid(view.result, view.grid);
  if (grid.empty() || health.seconds.empty()) return {};
  std::vector<HealthLine> lines;
  // Only open shapes have arrivals that are due.
  if (health.intended > 0)
    lines.push_back(
        {"iterations due", Ink::muted, "", 4, joined_seconds(health, grid, Join::mean, intended)});
  lines.push_back(
      {"iterations started", Ink::candidate, "7 3", 1.8, joined_seconds(health, grid, Join::mean, started)});
  lines.push_back(
      {"requests completed", Ink::baseline, "", 1.8, joined_seconds(health, grid, Join::mean, completed)});
  const HealthChart chart{
      .title = "Offered and achieved",
      .caption = fmt::format("Each second, both arms together; each point is {}. Started follows due where "
                             "the generator kept up; an iteration may have several requests.",
                             format_duration(grid.bin)),
      .grid = grid,
      .scale = scale_from_zero(highest_of(lines)),
      .words = format_rate,
      .height = 200,
      .lines = std::move(lines)};
  return section("throughput", "Throughput", drawn(chart, view, "/s"));
}

}  // namespace assay::reports
