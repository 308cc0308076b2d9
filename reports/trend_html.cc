// A trend as one page for people: what changed and since which run, then a chart for each metric, then the
// runs with their verdicts, linked to their own pages where these are known.
#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/html_bounds.h"
#include "reports/html_ink.h"
#include "reports/html_page.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/number_text.h"
#include "reports/trend_charts.h"
#include "reports/trend_report.h"
#include "reports/trend_view.h"

namespace assay::reports {
namespace {

constexpr std::size_t kMostMoments = 20, kMomentsOpen = 6, kMostOfMoment = 10, kNameBytes = 200;
constexpr std::size_t kMostShapes = 2000;  // on one page; beyond it only the first chart has the verdicts

std::string reason_of(const TrendView& view) {
  if (view.trend.series.empty())
    return "No levels are stored: each run had too few requests, or offered none.";
  if (view.searched == 0)
    return fmt::format("Too few runs to search for changes: that takes {}.", stats::kFewestRunsForChange);
  if (view.moments.empty()) return "No metric has changed its level over these runs.";
  const TrendMoment& newest = view.moments.back();
  const bool worse = std::any_of(newest.changes.begin(), newest.changes.end(),
                                 [](const TrendChange& change) { return change.worse(); });
  return fmt::format(
      "The level last changed with {}, {}: {}.", clipped(run_label(view.trend.runs[newest.run]), kNameBytes),
      minute_text(view.trend.runs[newest.run].started_utc), worse ? "worse since" : "better since");
}

Markup moment_item(const TrendView& view, const TrendMoment& moment) {
  Markup lines;
  for (std::size_t i = 0; i < std::min(moment.changes.size(), kMostOfMoment); ++i) {
    const TrendChange& change = moment.changes[i];
    const Ink ink = change.worse() ? Ink::bad : Ink::good;
    lines +=
        element("li", state_words(ink, change.worse() ? "↑" : "↓", change.word()) +
                          text(fmt::format(" {}: {}", clipped(series_name(view, *change.series), kNameBytes),
                                           change.text())));
  }
  const std::size_t left_out = moment.changes.size() - std::min(moment.changes.size(), kMostOfMoment);
  if (left_out > 0) lines += element("li", text(fmt::format("and {} more", left_out)));
  const std::string_view both =
      moment.in_both_arms() ? ", in both arms: the place, or what both depend on, rather than the build" : "";
  return element("li",
                 moment_words(view, moment) + text(both) + element("ul", {{"class", "reasons"}}, lines));
}

// The newest first.
Markup moments_of(const TrendView& view) {
  Markup first, rest;
  std::size_t told = 0;
  for (auto moment = view.moments.rbegin(); moment != view.moments.rend() && told < kMostMoments;
       ++moment, ++told)
    (told < kMomentsOpen ? first : rest) += moment_item(view, *moment);
  if (first.empty()) return {};
  Markup made = element("ul", {{"class", "reasons"}}, first);
  if (!rest.empty())
    made += folded(fmt::format("and {} earlier ones", view.moments.size() - kMomentsOpen),
                   element("ul", {{"class", "reasons"}}, rest));
  return made;
}

Markup counts_of(const RunTrend& trend) {
  Markup counts;
  for (const Grade grade : {Grade::pass, Grade::fail, Grade::inconclusive, Grade::invalid}) {
    const std::size_t count = count_of(trend, grade);
    if (count > 0) counts += grade_words(grade) + text(fmt::format(" {}  ", count));
  }
  return element("p", counts);
}

std::string chance_sentence(const TrendView& view) {
  if (view.searched == 0) return "Nothing was searched for changes.";
  return fmt::format(
      "{} series (a metric of one arm) were searched for changes of their level. Of 100 series without any "
      "change {:.0f} are marked by chance, up to {:.0f} where runs resemble the runs before them.",
      view.searched, stats::kChangeLevel * 100, stats::kFalseChangeRate * 100);
}

Markup notes_of(const TrendView& view) {
  Markup items;
  const auto add = [&](const std::string& words) { items += element("li", text(clipped(words, 1200))); };
  add(chance_sentence(view));
  add("Intervals hold a run's own level with 95 % confidence, as far as chance inside the run goes; runs of "
      "one build differ by more, as each chart says.");
  for (const std::string& left_out : left_out_texts(view.trend)) add("Not shown: " + left_out + ".");
  return element("ul", {{"class", "soundness"}}, items);
}

Markup facts_of(const RunTrend& trend) {
  FactList facts;
  facts.add("runs", span_text(trend));
  facts.add("store", trend.source);
  std::string place;
  for (const auto& [what, value] : trend.environment)
    place.append(place.empty() ? "" : ", ").append(what).append(" ").append(value);
  facts.add("measured on", place);
  facts.add("scenarios and load", trend.key.scenario_hash + " " + trend.key.load_hash);
  return facts.markup();
}

Markup head_of(const TrendView& view) {
  const Markup title =
      element("h1", element("span", {{"class", "word"}}, text("TREND")) + text(" ") +
                        element("span", {{"class", "gate"}}, text(clipped(view.trend.key.gate, kNameBytes))));
  return element("header", {{"class", "verdict"}},
                 title + element("p", {{"class", "reason"}}, text(reason_of(view))) + moments_of(view) +
                     counts_of(view.trend) + notes_of(view) + facts_of(view.trend));
}

std::vector<std::string> metrics_of(const RunTrend& trend) {
  std::vector<std::string> metrics;
  for (const TrendSeries& series : trend.series)
    if (metrics.empty() || metrics.back() != series.metric) metrics.push_back(series.metric);
  return metrics;
}

Cell level_cell(const TrendView& view, std::string_view metric, std::size_t run) {
  const TrendSeries* series = view.series_of(metric, Arm::candidate);
  if (series == nullptr || !series->points[run]) return {""};
  const LevelMeasure& level = *series->points[run];
  return {level_text(series->unit, level), level_value(series->unit, level.level)};
}

std::string remarks_of(const TrendRun& run) {
  std::string words = run.same_build ? "A/A" : run.arms == 1 ? "1 arm" : "2 arms";
  if (run.pinned) words += ", pinned";
  return words;
}

Markup runs_section(const TrendView& view) {
  HtmlTable table("Levels of the candidate with 95 % intervals, newest run first",
                  {{"started"},
                   {"run"},
                   {"verdict"},
                   {"change"},
                   {"p50", Align::right},
                   {"p95", Align::right},
                   {"p99", Align::right},
                   {"error rate", Align::right},
                   {"judged", Align::right},
                   {"arms"}});
  for (std::size_t i = view.trend.runs.size(); i-- > 0;) {
    const TrendRun& run = view.trend.runs[i];
    table.add({Cell(minute_text(run.started_utc)), Cell(run_link(run)), Cell(grade_words(run.grade)),
               Cell(view.letters_at(i)), level_cell(view, "p50(response_time)", i),
               level_cell(view, "p95(response_time)", i), level_cell(view, "p99(response_time)", i),
               level_cell(view, "error_rate", i),
               Cell(fmt::format("{} s at {}", format_number(run.seconds), format_rate(run.requests_per_s)),
                    run.seconds),
               Cell(remarks_of(run))});
  }
  return section("runs", "Runs", table.markup(true));
}

Markup contents(std::span<const std::string> metrics) {
  Markup items;
  for (std::size_t i = 0; i < metrics.size(); ++i)
    items += element("li", element("a", {{"href", fmt::format("#metric-{}", i + 1)}},
                                   text(clipped(short_metric(metrics[i]), 60))));
  items += element("li", element("a", {{"href", "#runs"}}, text("runs")));
  return element("nav", {{"aria-label", "On this page"}}, element("ul", items));
}

}  // namespace

std::string write_trend_html(const RunTrend& trend, const TrendOptions&) {
  const TrendView view = view_of(trend);
  const std::vector<std::string> metrics = metrics_of(trend);
  const bool verdicts_everywhere = metrics.size() * trend.runs.size() <= kMostShapes;
  std::vector<Markup> parts;
  for (std::size_t i = 0; i < metrics.size(); ++i)
    parts.push_back(section(fmt::format("metric-{}", i + 1), clipped(metrics[i], kNameBytes),
                            trend_figure(view, metrics[i], i == 0 || verdicts_everywhere)));
  // After the first charts, so that it stays where many metrics fill the page.
  parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(parts.size(), 12)),
               runs_section(view));
  const Markup head = head_of(view);
  const Markup sections = within_bounds(parts, head.str().size(), "--format json");
  return html_page("Trend: " + clipped(trend.key.gate, kNameBytes) + " (assay)",
                   head + contents(metrics) + sections, "the stored runs");
}

}  // namespace assay::reports
