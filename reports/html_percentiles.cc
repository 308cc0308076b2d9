// The whole distribution: response time by percentile, on an axis that gives each further nine the same room.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "model/filter.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/html_time.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

struct ArmTimes {
  Arm arm;
  stats::Histogram times;
};

std::vector<ArmTimes> times_of(const RunView& view) {
  std::vector<ArmTimes> all;
  for (const Arm arm : view.arms()) {
    SeriesFilter filter;
    filter.arm = arm;
    ArmTimes one{arm, aggregate(view.result, filter).at(Metric::response_time)};
    if (!one.times.empty()) all.push_back(std::move(one));
  }
  return all;
}

// How many nines the largest arm can show: with 1,000 requests no more than three.
double nines_of(const std::vector<ArmTimes>& arms) {
  std::uint64_t most = 1;
  for (const ArmTimes& arm : arms) most = std::max(most, arm.times.count());
  return std::clamp(std::log10(static_cast<double>(most)), 1.0, 6.0);
}

double quantile_at(double nines) { return 1 - std::pow(10, -nines); }

Scale scale_of(const std::vector<ArmTimes>& arms) {
  double lowest = std::numeric_limits<double>::infinity(), highest = 1;
  for (const ArmTimes& arm : arms) {
    lowest = std::min(lowest, std::max(1.0, static_cast<double>(arm.times.min())));
    highest = std::max(highest, static_cast<double>(arm.times.max()));
  }
  return scale_around(lowest, highest);
}

// Walks the buckets once: one point for each step of the axis.
std::vector<std::optional<CurvePoint>> points_of(const stats::Histogram& times, double nines,
                                                 const Scale& scale) {
  constexpr int kSteps = 300;
  const auto buckets = times.buckets();
  std::vector<std::optional<CurvePoint>> points;
  std::size_t bucket = 0;
  std::uint64_t seen = buckets.empty() ? 0 : buckets.front().count;
  for (int step = 0; step <= kSteps; ++step) {
    const double share = static_cast<double>(step) / kSteps;
    const double rank = quantile_at(share * nines) * static_cast<double>(times.count());
    while (bucket + 1 < buckets.size() && static_cast<double>(seen) < rank) seen += buckets[++bucket].count;
    const auto value = std::clamp(stats::Buckets::middle(buckets[bucket].index), times.min(), times.max());
    points.emplace_back(CurvePoint{share, scale.position(static_cast<double>(value))});
  }
  return points;
}

struct Named {
  double quantile;
  const char* name;
};
constexpr std::array<Named, 10> kNamed = {{{0.0, "min"},
                                           {0.5, "p50"},
                                           {0.75, "p75"},
                                           {0.9, "p90"},
                                           {0.95, "p95"},
                                           {0.99, "p99"},
                                           {0.999, "p99.9"},
                                           {0.9999, "p99.99"},
                                           {0.99999, "p99.999"},
                                           {1.0, "max"}}};

std::vector<AxisMark> percentile_marks(double nines) {
  std::vector<AxisMark> marks = {{0, "0"}};
  constexpr std::array<Named, 6> kMarks = {{{0.9, "p90"},
                                            {0.99, "p99"},
                                            {0.999, "p99.9"},
                                            {0.9999, "p99.99"},
                                            {0.99999, "5 nines"},
                                            {0.999999, "6 nines"}}};
  // Every second one where all of them would not fit on a telephone.
  const std::size_t stride = nines > 4.5 ? 2 : 1;
  for (std::size_t i = stride - 1; i < kMarks.size(); i += stride) {
    const double position = -std::log10(1 - kMarks[i].quantile) / nines;
    if (position <= 1 + 1e-9) marks.push_back({position, kMarks[i].name});
  }
  return marks;
}

// A percentile that rests on less than one request says nothing.
bool is_resolved(const ArmTimes& arm, double quantile) {
  return quantile >= 1 || (1 - quantile) * static_cast<double>(arm.times.count()) >= 1;
}

Markup table_of(const std::vector<ArmTimes>& arms) {
  std::vector<HtmlTable::Column> columns = {{"percentile", Align::left}};
  for (const ArmTimes& arm : arms) columns.push_back({std::string(name(arm.arm)), Align::right});
  HtmlTable table("Response time of all judged requests", columns);
  for (const Named& named : kNamed) {
    std::vector<Cell> cells = {Cell(named.name)};
    for (const ArmTimes& arm : arms) {
      const auto value = static_cast<double>(arm.times.quantile(named.quantile));
      cells.emplace_back(is_resolved(arm, named.quantile) ? duration_text(value) : "too few requests");
    }
    table.add(cells);
  }
  return folded("The numbers as a table", table.markup());
}

}  // namespace

Markup percentiles_section(const RunView& view) {
  const std::vector<ArmTimes> arms = times_of(view);
  if (arms.empty()) return {};
  const double nines = nines_of(arms);
  const Scale scale = scale_of(arms);
  Plot plot{.title = "Response time by percentile",
            .description =
                "Each further nine of the percentile has the same room. The numbers are in the table below.",
            .height = 260,
            .x = percentile_marks(nines),
            .y = value_marks(scale, duration_text),
            .bands = {},
            .curves = {}};
  for (const ArmTimes& arm : arms) {
    plot.curves.push_back({.name = std::string(name(arm.arm)),
                           .ink = ink_of(arm.arm),
                           .width = 2,
                           .dash = std::string(dash_of(arm.arm)),
                           .label = {},
                           .points = points_of(arm.times, nines, scale)});
  }
  const Markup figure =
      element("figure", {{"class", "chart"}},
              legend(plot.curves) + drawn(plot) +
                  element("figcaption",
                          text("The slowest requests of an arm are the steep end on the right. All judged "
                               "requests count, failed ones with the time that they took.")));
  return section("percentiles", "Distribution of response times", figure + table_of(arms));
}

}  // namespace assay::reports
