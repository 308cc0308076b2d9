// How the verdict was reached: thresholds with their windows, what each comparison rests on, parts that stand
// out, and the looks on the way.
#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/evidence_text.h"
#include "reports/html_ink.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/look_rows.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

std::string window_of(const Finding& finding) {
  if (!finding.from || !finding.until) return "the whole judged time";
  return fmt::format("{} to {}, the worst", format_duration(*finding.from), format_duration(*finding.until));
}

std::string number_or_nothing(const std::optional<double>& value, Unit unit) {
  return value ? value_text(*value, unit) : "";
}

Markup thresholds_table(const RunView& view) {
  if (view.summary.thresholds.empty()) return {};
  HtmlTable table("Thresholds", {{"threshold"},
                                 {"state"},
                                 {"measured", Align::right},
                                 {"limit", Align::right},
                                 {"window"},
                                 {"requests", Align::right},
                                 {"severity"},
                                 {"where"}});
  const std::size_t shown = std::min(view.summary.thresholds.size(), kMostNames);
  for (std::size_t i = 0; i < shown; ++i) {
    const Finding& finding = *view.summary.thresholds[i];
    table.add({finding.subject, state_words(finding.state), number_or_nothing(finding.value, finding.unit),
               number_or_nothing(finding.limit, finding.unit), window_of(finding),
               format_count(finding.samples), name(finding.severity), finding.location});
  }
  return table.markup(true) + more_text(view.summary.thresholds.size() - shown, "thresholds");
}

Markup comparison_item(const Finding& finding) {
  Markup lines;
  for (const std::string& line : evidence_lines(finding)) lines += element("li", text(clipped(line, 1200)));
  Markup content = element("p", text(clipped(finding.sentence, 1200)));
  if (!lines.empty()) content += element("ul", lines);
  return element("details", element("summary", state_words(finding.state) + text(" ") +
                                                   text(clipped(finding.subject, 200))) +
                                content);
}

Markup comparisons(const RunView& view) {
  Markup items;
  std::size_t shown = 0;
  for (const auto* list : {&view.summary.comparisons, &view.summary.stalls})
    for (const Finding* finding : *list)
      if (shown++ < kMostNames) items += comparison_item(*finding);
  if (items.empty()) return {};
  return element("h3", text("What the comparisons rest on")) + items;
}

Markup breakdowns(const RunView& view) {
  Markup items;
  for (std::size_t i = 0; i < std::min(view.summary.breakdowns.size(), kMostNames); ++i)
    items += element("li", text(clipped(breakdown_text(*view.summary.breakdowns[i]), 1200)));
  if (items.empty()) return {};
  return element("h3", text("Parts that stand out")) +
         element("p", {{"class", "note"}}, text("They decide nothing by themselves.")) + element("ul", items);
}

}  // namespace

Markup looks_table(const std::vector<LookRow>& looks) {
  const auto rows = look_rows(looks);
  if (rows.empty()) return {};
  std::vector<HtmlTable::Column> heads;
  for (const std::string& head : rows.front())
    heads.push_back({head, heads.empty() ? Align::left : Align::right});
  HtmlTable table("Looks: how the chance of a wrong decision was spent", heads);
  for (std::size_t i = 1; i < std::min(rows.size(), kMostNames + 1); ++i)
    table.add(std::vector<Cell>(rows[i].begin(), rows[i].end()));
  return element("h3", text("Looks")) + table.markup() +
         more_text(rows.size() - std::min(rows.size(), kMostNames + 1), "looks");
}

Markup judgement_section(const RunView& view) {
  if (!view.record.verdict) return {};
  return section("judgement", "How it was judged",
                 thresholds_table(view) + comparisons(view) + breakdowns(view) +
                     looks_table(view.record.verdict->looks));
}

}  // namespace assay::reports
