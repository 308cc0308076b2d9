// Every finding against its limit, on one axis, the failed ones first: the picture that says by how much.
#include <fmt/format.h>

#include <algorithm>

#include "reports/bar_row.h"
#include "reports/html_ink.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

constexpr int kHeight = 34, kMiddle = kHeight / 2;

Markup vertical(double share, const Attributes& look) {
  const std::string x = percent(bar_position(share));
  return element("line", joined({{"x1", x}, {"x2", x}, {"y1", "0"}, {"y2", std::to_string(kHeight)}}, look));
}

// Shapes at a percentage need a frame of their own: paths know no per cent.
Markup placed(double share, const Markup& shape) {
  return element(
      "svg", {{"x", percent(bar_position(share))}, {"y", std::to_string(kMiddle)}, {"overflow", "visible"}},
      shape);
}

Markup mark_of(FindingState state, double share) {
  const Ink ink = ink_of(state);
  switch (state) {
    case FindingState::pass:
      return placed(share, element("circle", joined({{"r", "7"}}, filled(ink))));
    case FindingState::fail:
      return placed(
          share, element("rect",
                         joined({{"x", "-7"}, {"y", "-7"}, {"width", "14"}, {"height", "14"}}, filled(ink))));
    case FindingState::invalid:
      return placed(share, element("path", joined({{"d", "M0-8L8 7H-8Z"}}, filled(ink))));
    case FindingState::inconclusive:
    case FindingState::insufficient:
    case FindingState::info:
      break;
  }
  Attributes look = stroked(ink, 2.5);
  look.back() = {"fill", "#ffffff"};
  return placed(share, element("path", joined({{"d", "M0-8L8 0L0 8L-8 0Z"}}, look)));
}

// Where an interval goes on beyond the picture.
Markup arrow(double share, Ink ink) {
  if (share > kBarHigh)
    return placed(share, element("path", joined({{"d", "M-9-7L0 0L-9 7Z"}}, filled(ink))));
  if (share < kBarLow) return placed(share, element("path", joined({{"d", "M9-7L0 0L9 7Z"}}, filled(ink))));
  return {};
}

Markup span(double from, double until, Ink ink) {
  const std::string y = std::to_string(kMiddle);
  return element("line", joined({{"x1", percent(bar_position(from))},
                                 {"x2", percent(bar_position(until))},
                                 {"y1", y},
                                 {"y2", y},
                                 {"stroke-opacity", "0.55"}},
                                stroked(ink, 8)));
}

Markup ground() {
  const std::string limit = percent(bar_position(1));
  const Markup beyond = element("rect", joined({{"x", limit},
                                                {"y", "0"},
                                                {"width", percent(1 - bar_position(1))},
                                                {"height", "100%"},
                                                {"fill-opacity", "0.09"}},
                                               filled(Ink::bad)));
  return beyond + vertical(0, {{"class", "grid"}, {"stroke", "#8c959f"}, {"stroke-width", "1"}}) +
         vertical(1, stroked(Ink::bad, 2));
}

Markup picture(const BarRow& row) {
  const Ink ink = ink_of(row.finding->state);
  Markup inside = ground();
  if (row.low && row.high)
    inside += span(*row.low, *row.high, ink) + arrow(*row.low, ink) + arrow(*row.high, ink);
  // Of a threshold the bar shows how much of the limit is used.
  if (row.value && !row.low) inside += span(0, *row.value, ink) + arrow(*row.value, ink);
  // Beside the arrow where it would stand on it.
  if (row.value)
    inside += element("g",
                      {{"transform", row.value > kBarHigh  ? "translate(-20 0)"
                                     : row.value < kBarLow ? "translate(20 0)"
                                                           : ""}},
                      mark_of(row.finding->state, *row.value));
  return element(
      "svg",
      {{"class", "bar"}, {"width", "100%"}, {"height", std::to_string(kHeight)}, {"aria-hidden", "true"}},
      inside);
}

std::string measured_words(const Finding& finding) {
  if (finding.change) return change_text(*finding.change, finding.unit);
  if (finding.value) return value_text(*finding.value, finding.unit);
  if (finding.kind == FindingKind::stalls && finding.candidate)
    return fmt::format("candidate {}, baseline {}", value_text(*finding.candidate, finding.unit),
                       value_text(finding.baseline.value_or(0), finding.unit));
  return {};
}

std::string interval_words(const Finding& finding) {
  if (!finding.low || !finding.high) return {};
  return fmt::format("{} to {}", change_text(*finding.low, finding.unit),
                     change_text(*finding.high, finding.unit));
}

std::string limit_words(const Finding& finding) {
  if (finding.margin)
    return fmt::format("limit {}{}", finding.less_is_worse ? "-" : "+",
                       margin_text(*finding.margin, finding.unit));
  if (!finding.limit) return {};
  return fmt::format("limit: {} {}", finding.limit_is_least ? "at least" : "at most",
                     value_text(*finding.limit, finding.unit));
}

std::string arms_words(const Finding& finding) {
  if (finding.kind != FindingKind::comparison || !finding.baseline || !finding.candidate) return {};
  return fmt::format("{}\u00a0→\u00a0{}", value_text(*finding.baseline, finding.unit),
                     value_text(*finding.candidate, finding.unit));
}

Markup line_of(std::string_view css_class, const std::string& words) {
  if (words.empty()) return {};
  return element("div", {{"class", std::string(css_class)}}, text(clipped(words, Cell::kMostBytes)));
}

Markup name_cell(const Finding& finding) {
  std::string place = finding.location;
  if (finding.severity != Severity::blocker) place += fmt::format(" ({} only)", name(finding.severity));
  return element("th", {{"scope", "row"}, {"role", "rowheader"}, {"align", "left"}, {"class", "what"}},
                 element("div", state_words(finding.state) + text(" ") +
                                    element("b", text(clipped(finding.subject, 200)))) +
                     line_of("note", place));
}

Markup numbers_of(const Finding& finding) {
  const std::string interval = interval_words(finding), arms = arms_words(finding);
  return element("div", {{"class", "numbers"}},
                 element("div", element("b", text(measured_words(finding))) + text(" ") +
                                    element("span", {{"class", "limit"}}, text(limit_words(finding)))) +
                     line_of("note", interval + (interval.empty() || arms.empty() ? "" : "; ") + arms));
}

// One cell for the picture and its numbers: without a style sheet they stand under each other, so that there
// is room for both on a telephone.
Markup measure_cell(const BarRow& row) {
  const Finding& finding = *row.finding;
  const bool alone = !row.value && !finding.value && !finding.change && finding.kind != FindingKind::stalls;
  const Markup shown = row.value ? picture(row) : line_of("note", finding.sentence);
  const Markup inside = element("div", {{"class", row.value ? "picture" : "words"}}, shown);
  return element("td", {{"role", "cell"}, {"width", "65%"}},
                 element("div", {{"class", "measure"}}, alone ? inside : inside + numbers_of(finding)));
}

Markup row_markup(const BarRow& row) {
  return element("tr", {{"role", "row"}}, name_cell(*row.finding) + measure_cell(row));
}

Markup axis_label(double share, std::string_view anchor, std::string_view words) {
  return element("text",
                 {{"x", percent(bar_position(share))},
                  {"y", "16"},
                  {"text-anchor", std::string(anchor)},
                  {"fill", "currentColor"},
                  {"class", "axis"}},
                 text(words));
}

Markup head_row() {
  const Markup scale = element(
      "svg",
      {{"width", "100%"},
       {"height", "22"},
       {"font-family", "sans-serif"},
       {"font-size", "14"},
       {"font-weight", "normal"},
       {"aria-hidden", "true"},
       {"overflow", "visible"}},
      axis_label(0, "middle", "0") + axis_label(1, "middle", "limit") + axis_label(kBarHigh, "end", "worse"));
  const auto head = [](const Markup& content) {
    return element("th", {{"scope", "col"}, {"role", "columnheader"}, {"align", "left"}}, content);
  };
  const Markup measured = element("div", {{"class", "numbers"}}, text("Measured, and its limit")) +
                          element("div", {{"class", "picture"}}, scale);
  return element("thead", {{"role", "rowgroup"}},
                 element("tr", {{"role", "row"}},
                         head(text("Check")) + head(element("div", {{"class", "measure"}}, measured))));
}

std::string caption_words(const RunView& view) {
  std::string words =
      "0 is no change, of a threshold nothing used; right of the red line is worse than allowed.";
  if (view.summary.has_baseline)
    words += fmt::format(" A bar is an interval, each of its ends holds with {:.0f} % confidence.",
                         view.record.verdict->confidence * 100);
  const auto& findings = view.record.verdict->findings;
  const bool partly = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.basis && finding.basis->calm_share && *finding.basis->calm_share < 1;
  });
  if (partly)
    words += " Latencies are compared in calm time; the values beside an arrow are of all requests.";
  return words;
}

}  // namespace

Markup intervals_section(const RunView& view) {
  if (!view.record.verdict || (!view.has_load() && !view.summary.watched)) return {};
  const std::vector<BarRow> rows = bar_rows(*view.record.verdict);
  if (rows.empty()) return {};
  Markup body;
  const std::size_t shown = std::min(rows.size(), kMostNames);
  for (std::size_t i = 0; i < shown; ++i) body += row_markup(rows[i]);
  const bool bad = rows.front().finding->state != FindingState::pass;
  const bool is_void = view.record.verdict->grade == Grade::invalid;
  return section("checks", bad ? "What did not pass, and by how much" : "Checks and their limits",
                 element("table",
                         {{"role", "table"},
                          {"class", is_void ? "bars void" : "bars"},
                          {"width", "100%"},
                          {"cellpadding", "4"}},
                         head_row() + element("tbody", {{"role", "rowgroup"}}, body)) +
                     more_text(rows.size() - shown, "checks") +
                     element("p", {{"class", "note"}}, text(caption_words(view))));
}

}  // namespace assay::reports
