#include "reports/check_evidence.h"

#include <fmt/format.h>

#include <iterator>

#include "reports/evidence_text.h"
#include "reports/number_text.h"

namespace assay::reports {
namespace {

std::string numbers_of_comparison(const Finding& finding) {
  std::string text = change_text(*finding.change, finding.unit);
  if (finding.low && finding.high)
    text += fmt::format(" [{}, {}]", change_text(*finding.low, finding.unit),
                        change_text(*finding.high, finding.unit));
  if (finding.margin) text += ", margin " + margin_text(*finding.margin, finding.unit);
  return text;
}

std::vector<std::string> lines_of_probe(const ProbeResult& probe) {
  std::vector<std::string> lines;
  if (!probe.target.empty()) lines.push_back("target " + probe.target);
  if (!probe.requirement.empty()) lines.push_back("requirement " + probe.requirement);
  lines.push_back(fmt::format("took {}", format_duration(probe.duration)));
  for (const ProbeFact& fact : probe.facts)
    lines.push_back(fmt::format("{} {}: {}got {}", name(fact.state), fact.what,
                                fact.expected.empty() ? "" : "expected " + fact.expected + ", ",
                                fact.observed));
  for (const ProbeExchange& exchange : probe.exchanges)
    lines.push_back(fmt::format("{} {} {} -> {}", exchange.started_utc, exchange.address, exchange.label,
                                exchange.answer));
  return lines;
}

}  // namespace

std::string numbers_of(const Finding& finding) {
  if (finding.change) return numbers_of_comparison(finding);
  if (!finding.value) return {};
  std::string text = "measured " + value_text(*finding.value, finding.unit);
  if (finding.limit) text += ", limit " + value_text(*finding.limit, finding.unit);
  return text;
}

std::vector<std::string> evidence_of(const Finding& finding, const ProbeResult* probe) {
  if (probe != nullptr) return lines_of_probe(*probe);
  std::vector<std::string> lines;
  if (finding.baseline && finding.candidate)
    lines.push_back(fmt::format("baseline {}, candidate {}", value_text(*finding.baseline, finding.unit),
                                value_text(*finding.candidate, finding.unit)));
  if (finding.samples > 0) lines.push_back(format_count(finding.samples) + " samples");
  std::ranges::move(evidence_lines(finding), std::back_inserter(lines));
  return lines;
}

}  // namespace assay::reports
