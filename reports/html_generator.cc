// Generator health: was the one who measured sound?
#include <fmt/format.h>

#include "base/units.h"
#include "reports/html_health_chart.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

std::optional<double> lag_p50(const HealthSecond& second) {
  return static_cast<double>(second.lag_p50.count());
}
std::optional<double> lag_p99(const HealthSecond& second) {
  return static_cast<double>(second.lag_p99.count());
}
std::optional<double> lag_max(const HealthSecond& second) {
  return static_cast<double>(second.lag_max.count());
}
std::optional<double> worker(const HealthSecond& second) { return second.busiest_worker_ratio; }
std::optional<double> machine(const HealthSecond& second) { return second.machine.cpu_ratio; }
std::optional<double> in_flight(const HealthSecond& second) { return static_cast<double>(second.in_flight); }
std::optional<double> waiting(const HealthSecond& second) { return static_cast<double>(second.waiting); }

std::string count_words(double value) { return format_count(static_cast<std::uint64_t>(value)); }

Markup lag_chart(const RunView& view, const TimeGrid& grid) {
  const GeneratorHealth& health = view.result.health;
  std::vector<HealthLine> lines = {
      {"p50", Ink::baseline, "", 1.2, joined_seconds(health, grid, Join::maximum, lag_p50)},
      {"p99", Ink::candidate, "7 3", 1.8, joined_seconds(health, grid, Join::maximum, lag_p99)},
      {"max", Ink::muted, "2 3", 1.8, joined_seconds(health, grid, Join::maximum, lag_max)}};
  const HealthChart chart{
      .title = "How late the generator itself was",
      .caption =
          "From the moment when a request was due and a virtual user was free to the moment when "
          "it was sent; waiting for the target is not part of it.",
      .grid = grid,
      .scale = scale_around(std::max(lowest_of(lines), 1000.0), std::max(highest_of(lines), 2000.0)),
      .words = duration_text,
      .height = 180,
      .lines = std::move(lines)};
  return drawn(chart, view);
}

Markup cpu_chart(const RunView& view, const TimeGrid& grid) {
  const GeneratorHealth& health = view.result.health;
  std::vector<HealthLine> lines = {{"busiest worker, of its core", Ink::candidate, "7 3", 1.8,
                                    joined_seconds(health, grid, Join::maximum, worker)},
                                   {"whole machine, in cores", Ink::baseline, "", 1.8,
                                    joined_seconds(health, grid, Join::maximum, machine)}};
  const HealthChart chart{.title = "CPU",
                          .caption = "The machine's share counts every process on it; 200 % are two cores.",
                          .grid = grid,
                          .scale = scale_from_zero(std::max(1.0, highest_of(lines))),
                          .words = format_ratio,
                          .height = 160,
                          .lines = std::move(lines)};
  return drawn(chart, view);
}

Markup flight_chart(const RunView& view, const TimeGrid& grid) {
  const GeneratorHealth& health = view.result.health;
  std::vector<HealthLine> lines = {
      {"requests in flight", Ink::baseline, "", 1.8, joined_seconds(health, grid, Join::maximum, in_flight)},
      {"arrivals waiting for a virtual user", Ink::candidate, "7 3", 1.8,
       joined_seconds(health, grid, Join::maximum, waiting)}};
  const HealthChart chart{.title = "In flight",
                          .caption = "At the end of each second; the highest of each point.",
                          .grid = grid,
                          .scale = scale_from_zero(highest_of(lines)),
                          .words = count_words,
                          .height = 160,
                          .lines = std::move(lines)};
  return drawn(chart, view);
}

Markup facts_of(const RunView& view) {
  const HealthSummary& health = view.summary.health;
  FactList facts;
  if (health.intended > 0) facts.add("iterations due", format_count(health.intended));
  facts.add("iterations started", format_count(health.started));
  facts.add("shed", format_count(health.shed));
  facts.add("waited for a virtual user", format_count(health.waited));
  facts.add("own lateness", fmt::format("p50 {}, p99 {}, max {}", duration_text(health.lag_p50),
                                        duration_text(health.lag_p99), duration_text(health.lag_max)));
  facts.add("workers", format_count(health.workers));
  facts.add("busiest second of a worker", format_ratio(health.busiest_worker_ratio) + " of a core");
  facts.add("in flight at the peak",
            format_count(health.peak_in_flight) +
                (health.max_in_flight == 0 ? "" : " of at most " + format_count(health.max_in_flight)));
  return facts.markup();
}

}  // namespace

Markup generator_section(const RunView& view) {
  if (!view.has_load()) return {};
  Markup content = facts_of(view);
  const TimeGrid grid = second_grid(view.result, view.grid);
  if (!grid.empty() && !view.result.health.seconds.empty())
    content += lag_chart(view, grid) + cpu_chart(view, grid) + flight_chart(view, grid);
  return section("generator", "Generator health", content);
}

}  // namespace assay::reports
