#include "reports/probe_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/units.h"
#include "reports/cells.h"
#include "reports/shapes.h"

namespace assay::reports {
namespace {

constexpr std::array kStates{ProbeState::fail, ProbeState::error, ProbeState::warn, ProbeState::pass,
                             ProbeState::skip};

std::string where(const ProbeResult& probe) {
  std::string text = probe.location;
  if (!probe.requirement.empty()) text += ", requirement " + probe.requirement;
  if (!probe.target.empty()) text += ", " + probe.target;
  return text;
}

std::string fact_line(const ProbeFact& fact) {
  const std::string expected = fact.expected.empty() ? "" : fmt::format("expected {}, ", fact.expected);
  return fmt::format("      {} {}: {}got {}\n", shape_of(fact.state), printable(fact.what),
                     printable(expected), printable(fact.observed));
}

// The reason names one fact; the others that do not hold follow.
std::string details(const ProbeResult& probe, const Palette& palette) {
  constexpr std::ptrdiff_t kMostFacts = 8;
  const auto is_bad = [](const ProbeFact& fact) { return needs_attention(fact.state); };
  const auto count = std::count_if(probe.facts.begin(), probe.facts.end(), is_bad);
  std::string text = fmt::format("    {}{}{}\n", palette.faint, printable(where(probe)),
                                 palette.faint.empty() ? "" : kResetPaint);
  if (count < 2) return text;
  std::ptrdiff_t shown = 0;
  for (const ProbeFact& fact : probe.facts)
    if (is_bad(fact) && shown++ < kMostFacts) text += fact_line(fact);
  if (count > kMostFacts) text += fmt::format("      and {} more\n", count - kMostFacts);
  return text;
}

}  // namespace

bool needs_attention(ProbeState state) { return state != ProbeState::pass && state != ProbeState::skip; }

std::string probe_table(std::span<const ProbeResult> probes, const Palette& palette) {
  std::string text;
  std::size_t width = 0;
  for (const ProbeResult& probe : probes) width = std::max(width, display_width(printable(probe.name)));
  for (const ProbeResult& probe : probes) {
    const std::string name_cell = printable(probe.name);
    const std::string padding(width - display_width(name_cell), ' ');
    const std::string_view paint = palette.of(probe.state);
    text += fmt::format("  {}{} {:<5}{}  {}{}  {:>7}  {}\n", paint, shape_of(probe.state), name(probe.state),
                        paint.empty() ? "" : kResetPaint, name_cell, padding, format_duration(probe.duration),
                        printable(probe.reason));
    if (needs_attention(probe.state)) text += details(probe, palette);
  }
  return text;
}

std::string probe_counts(std::span<const ProbeResult> probes) {
  std::string text = fmt::format("{} probe{}:", probes.size(), probes.size() == 1 ? "" : "s");
  bool first = true;
  for (const ProbeState state : kStates) {
    const auto count = std::count_if(probes.begin(), probes.end(),
                                     [&](const ProbeResult& probe) { return probe.state == state; });
    if (count == 0) continue;
    text += fmt::format("{} {} {}", first ? "" : ",", count, name(state));
    first = false;
  }
  return text;
}

}  // namespace assay::reports
