// Probes: what each found, with its evidence, and the way of each alert.
#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/html_ink.h"
#include "reports/html_plot.h"
#include "reports/html_sections.h"
#include "reports/html_table.h"
#include "reports/probe_table.h"
#include "reports/run_events.h"
#include "reports/scale.h"

namespace assay::reports {
namespace {

constexpr std::size_t kMostFacts = 12, kMostExchanges = 8, kMostOutages = 12;

int urgency_of(ProbeState state) {
  constexpr int kOf[] = {3, 2, 0, 1, 4};  // pass, warn, fail, error, skip
  return kOf[static_cast<std::size_t>(state)];
}

std::vector<const ProbeResult*> worst_first(const RunResult& result) {
  std::vector<const ProbeResult*> probes;
  for (const ProbeResult& probe : result.probes) probes.push_back(&probe);
  std::stable_sort(probes.begin(), probes.end(), [](const ProbeResult* a, const ProbeResult* b) {
    return urgency_of(a->state) < urgency_of(b->state);
  });
  return probes;
}

Markup overview(const std::vector<const ProbeResult*>& probes) {
  HtmlTable table("Probes, the worst first",
                  {{"probe"}, {"state"}, {"found"}, {"phase"}, {"took", Align::right}, {"where"}});
  for (const ProbeResult* probe : probes) {
    table.add({probe->name, state_words(probe->state), probe->reason, name(probe->phase),
               Cell(format_duration(probe->duration), seconds(probe->duration)), probe->location});
  }
  return table.markup(true);
}

Markup facts_table(const ProbeResult& probe) {
  if (probe.facts.empty()) return {};
  HtmlTable table("Expected and observed", {{"what"}, {"state"}, {"expected"}, {"observed"}});
  for (std::size_t i = 0; i < std::min(probe.facts.size(), kMostFacts); ++i) {
    const ProbeFact& fact = probe.facts[i];
    table.add({fact.what, state_words(fact.state), fact.expected, fact.observed});
  }
  return table.markup() + more_text(probe.facts.size() - std::min(probe.facts.size(), kMostFacts), "facts");
}

Markup exchanges_table(const ProbeResult& probe) {
  if (probe.exchanges.empty()) return {};
  HtmlTable table(
      "What was asked and answered",
      {{"asked"}, {"answered"}, {"of"}, {"at"}, {"first byte", Align::right}, {"done", Align::right}});
  const auto reached = [](Nanos time) { return time == Nanos{0} ? std::string() : format_duration(time); };
  for (std::size_t i = 0; i < std::min(probe.exchanges.size(), kMostExchanges); ++i) {
    const ProbeExchange& one = probe.exchanges[i];
    table.add(
        {one.label, one.answer, one.address, one.started_utc, reached(one.first_byte), reached(one.done)});
  }
  return table.markup() +
         more_text(probe.exchanges.size() - std::min(probe.exchanges.size(), kMostExchanges), "exchanges");
}

Markup series_table(const ProbeSeries& series, Nanos lead) {
  const std::string what =
      series.connection.empty() ? "Ticks" : fmt::format("Ticks on {} connections", series.connection);
  Markup made = element("p", text(fmt::format("{}: {} each {}, {} failed, {} not measured.", what,
                                              format_count(series.ticks), format_duration(series.interval),
                                              format_count(series.failed), format_count(series.errors))));
  if (series.outages.empty()) return made;
  HtmlTable table("Outages, times since the load began", {{"from"},
                                                          {"at least", Align::right},
                                                          {"at most", Align::right},
                                                          {"ticks", Align::right},
                                                          {"why"},
                                                          {"when"}});
  const std::size_t shown = std::min(series.outages.size(), kMostOutages);
  for (std::size_t i = 0; i < shown; ++i) {
    const ProbeOutage& outage = series.outages[i];
    const Nanos from = outage_begin(outage, series) - lead;
    table.add({from < Nanos{0} ? format_duration(-from) + " before" : format_duration(from),
               format_duration(at_least(outage)), format_duration(at_most(outage, series)),
               format_count(outage.ticks), causes_text(outage), outage.phase});
  }
  return made + table.markup() +
         more_text(series.outages_in_all - std::min<std::uint64_t>(series.outages_in_all, shown), "outages");
}

Markup evidence(const ProbeResult& probe, Nanos lead) {
  FactList facts;
  if (!probe.target.empty()) facts.add("target", probe.target);
  if (!probe.requirement.empty()) facts.add("requirement", probe.requirement);
  facts.add("kind", probe.kind);
  facts.add("severity", std::string(name(probe.severity)));
  facts.add("started", probe.started_utc);
  if (probe.attempts > 1) facts.add("attempts", std::to_string(probe.attempts));
  Markup content = facts.markup() + facts_table(probe);
  for (std::size_t i = 0; i < std::min<std::size_t>(probe.series.size(), 4); ++i)
    content += series_table(probe.series[i], lead);
  content += exchanges_table(probe);
  return element(
      "details",
      element("summary", state_words(probe.state) + text(" ") + text(clipped(probe.name, 200))) + content);
}

// ---- the way of an alert: a line of time from its first milestone to its last

Markup hop(double position, int top, const std::string& words, bool late) {
  const std::string x = percent(position), y = std::to_string(top);
  return element("circle", joined({{"cx", x}, {"cy", y}, {"r", "5"}}, filled(Ink::baseline))) +
         element("text",
                 {{"x", x},
                  {"dx", late ? "-10" : "10"},
                  {"y", std::to_string(top + 5)},
                  {"text-anchor", late ? "end" : "start"},
                  {"fill", "currentColor"},
                  {"class", "axis halo"}},
                 text(words));
}

// One row for each milestone, further right the later it came. Its words stand on the side that has room for
// them on a telephone.
Markup timeline(const ProbeResult& probe) {
  constexpr int kRow = 26;
  constexpr std::size_t kMostLetters = 20;
  const Nanos begin = probe.milestones.front().at;
  const double length = std::max(seconds(probe.milestones.back().at - begin), 1e-3);
  Strip strip{.label = {},
              .title = "The way of the alert of probe " + clipped(probe.name, 200),
              .description = {},
              .height = 8,
              .content = {}};
  for (std::size_t i = 0; i < std::min(probe.milestones.size(), kMostNames); ++i) {
    const ProbeMilestone& one = probe.milestones[i];
    const double position = seconds(one.at - begin) / length;
    const std::string words =
        clipped(one.what, kMostLetters) + (i == 0 ? "" : " +" + format_duration(one.at - begin));
    const int middle = strip.height + kRow / 2;
    strip.content += element("line", {{"x1", "0"},
                                      {"x2", percent(position)},
                                      {"y1", std::to_string(middle)},
                                      {"y2", std::to_string(middle)},
                                      {"class", "grid"},
                                      {"stroke", "#8c959f"},
                                      {"stroke-opacity", "0.6"}}) +
                     hop(position, middle, words, position > 0.4);
    strip.description += words + ". ";
    strip.height += kRow;
  }
  return element("figure", {{"class", "chart"}},
                 element("h3", text("Alert: " + clipped(probe.name, 200))) + drawn(strip));
}

Markup alert_table(const ProbeResult& probe) {
  HtmlTable table("States of the alert",
                  {{"state"}, {"after the first", Align::right}, {"after the one before", Align::right}});
  Nanos before = probe.milestones.front().at;
  for (std::size_t i = 0; i < std::min(probe.milestones.size(), kMostNames); ++i) {
    const ProbeMilestone& one = probe.milestones[i];
    table.add(
        {one.what, format_duration(one.at - probe.milestones.front().at), format_duration(one.at - before)});
    before = one.at;
  }
  return folded("The numbers as a table", table.markup());
}

// The worst ones first, as far as a page can hold.
Markup all_evidence(const std::vector<const ProbeResult*>& probes, Nanos lead) {
  constexpr std::size_t kMostBytes = 250'000;
  Markup made = element("h3", text("Evidence"));
  for (std::size_t i = 0; i < probes.size(); ++i) {
    made += evidence(*probes[i], lead);
    if (made.str().size() > kMostBytes) return made + more_text(probes.size() - i - 1, "probes");
  }
  return made;
}

}  // namespace

Markup probes_section(const RunView& view) {
  if (view.result.probes.empty()) return {};
  std::vector<const ProbeResult*> probes = worst_first(view.result);
  const std::size_t left_out = probes.size() - std::min(probes.size(), kMostNames);
  probes.resize(probes.size() - left_out);
  Markup content =
      element("p", text(probe_counts(view.result.probes))) + overview(probes) + more_text(left_out, "probes");
  for (const ProbeResult* probe : probes)
    if (!probe->milestones.empty() && content.str().size() < 150'000)
      content += timeline(*probe) + alert_table(*probe);
  return section("probes", "Probes", content + all_evidence(probes, view.result.probes_lead));
}

}  // namespace assay::reports
