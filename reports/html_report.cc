#include "reports/html_report.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "reports/html_bounds.h"
#include "reports/html_page.h"
#include "reports/html_sections.h"

namespace assay::reports {
namespace {

struct Place {
  const char* id;
  const char* words;
};
constexpr std::array<Place, 11> kPlaces = {{{"checks", "checks"},
                                            {"latency", "response time"},
                                            {"percentiles", "distribution"},
                                            {"errors", "errors"},
                                            {"throughput", "throughput"},
                                            {"server-metrics", "server metrics"},
                                            {"steps", "steps"},
                                            {"probes", "probes"},
                                            {"judgement", "judgement"},
                                            {"generator", "generator"},
                                            {"plan", "plan"}}};

}  // namespace

Markup page_contents(const Markup& sections) {
  Markup items;
  for (const Place& place : kPlaces) {
    if (sections.str().find("<section id=\"" + std::string(place.id) + "\"") == std::string::npos) continue;
    items += element("li", element("a", {{"href", "#" + std::string(place.id)}}, text(place.words)));
  }
  return element("nav", {{"aria-label", "On this page"}}, element("ul", items));
}

namespace {

std::string title_of(const RunRecord& record) {
  return headline_word(record) + ": " + clipped(record.result.name, 200) + " (assay)";
}

}  // namespace

Markup section(std::string_view id, const std::string& title, const Markup& content) {
  if (content.empty()) return {};
  return element("section", {{"id", std::string(id)}}, element("h2", text(title)) + content);
}

std::string write_html_report(const RunRecord& record, const ReportOptions&) {
  const RunView view = view_of(record);
  std::vector<Markup> parts = {
      intervals_section(view),  latency_section(view),        percentiles_section(view), errors_section(view),
      throughput_section(view), server_metrics_section(view), steps_section(view),       probes_section(view),
      judgement_section(view),  generator_section(view),      plan_section(view)};
  // Without load the probes are what there is to see.
  if (!view.has_load() && !view.summary.watched)
    std::rotate(parts.begin(), parts.begin() + 7, parts.begin() + 8);
  const Markup verdict = verdict_section(view);
  const Markup sections = within_bounds(parts, verdict.str().size(), "result.json");
  return html_page(title_of(record), verdict + page_contents(sections) + sections);
}

}  // namespace assay::reports
