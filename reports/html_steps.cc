// The steps of the scenarios, each arm in a row of its own.
#include <fmt/format.h>

#include "base/units.h"
#include "reports/html_ink.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

Cell time_cell(const StepRow& row, double value) {
  return row.requests == 0 ? Cell("") : Cell(duration_text(value), value);
}

void add(HtmlTable& table, const StepRow& row) {
  const double errors =
      row.requests == 0 ? 0 : static_cast<double>(row.failed) / static_cast<double>(row.requests);
  table.add({clipped(row.step, 100), clipped(row.scenario, 100), name(row.arm),
             Cell(format_count(row.requests), static_cast<double>(row.requests)),
             Cell(format_rate(row.per_s), row.per_s), time_cell(row, row.p50), time_cell(row, row.p95),
             time_cell(row, row.p99), time_cell(row, row.max),
             row.requests == 0 ? Cell("") : Cell(format_ratio(errors), errors)},
            row.failed > 0 ? "has-errors" : "");
}

}  // namespace

Markup steps_section(const RunView& view) {
  if (view.summary.steps.empty() || !view.has_load()) return {};
  HtmlTable table("Response time and errors of each step", {{"step"},
                                                            {"scenario"},
                                                            {"arm"},
                                                            {"requests", Align::right},
                                                            {"rate", Align::right},
                                                            {"p50", Align::right},
                                                            {"p95", Align::right},
                                                            {"p99", Align::right},
                                                            {"max", Align::right},
                                                            {"errors", Align::right}});
  const std::vector<const StepRow*> shown = noteworthy_steps(view.summary, kMostSteps);
  for (const StepRow* row : shown) add(table, *row);
  return section("steps", "Steps",
                 table.markup(true) +
                     more_text((view.summary.steps.size() - shown.size()) / view.summary.rows_per_step(),
                               "steps with fewer failures or requests"));
}

}  // namespace assay::reports
