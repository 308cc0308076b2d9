#include "reports/evidence_text.h"

#include <fmt/format.h>

#include "reports/number_text.h"

namespace assay::reports {
namespace {

// "5s (assumed)", "9s (5s to 14s, estimated from this run)"
std::string correlation_text(const stats::CorrelationTime& correlation) {
  const auto text = duration_text(correlation.seconds * 1e9);
  if (correlation.high <= correlation.low) return fmt::format("{} ({})", text, title(correlation.source));
  return fmt::format("{} ({} to {}, {})", text, duration_text(correlation.low * 1e9),
                     duration_text(correlation.high * 1e9), title(correlation.source));
}

}  // namespace

std::string basis_text(const Finding& finding) {
  if (!finding.basis) return {};
  const Basis& basis = *finding.basis;
  auto text =
      fmt::format("{} of {} slots of {} compared", format_count(basis.slots_used),
                  format_count(basis.slots_used + basis.slots_left_out), duration_text(basis.slot_s * 1e9));
  if (basis.calm_share) text += fmt::format(", {} of the time was calm", format_ratio(*basis.calm_share));
  return text + fmt::format("; {} of the variance is slow noise, which hangs together for {}",
                            format_ratio(basis.slow_share), correlation_text(basis.correlation));
}

std::string power_text(const Finding& finding) {
  if (!finding.smallest_detectable || !finding.largest_passing) return {};
  auto text =
      fmt::format("a run like this finds {}", change_text(*finding.smallest_detectable, finding.unit));
  // Below zero not even identical versions are let pass as often.
  text += *finding.largest_passing < 0 ? std::string(" 4 times in 5")
                                       : fmt::format(" and lets {} pass, each 4 times in 5",
                                                     change_text(*finding.largest_passing, finding.unit));
  if (finding.identical_pass)
    text += fmt::format("; identical versions pass in {:.0f}% of such runs", *finding.identical_pass * 100);
  return text;
}

std::string breakdown_text(const Finding& finding) {
  std::string text = finding.sentence;
  if (finding.q_value) text += fmt::format("; q = {:.2g}", *finding.q_value);
  return text;
}

std::string influence_text(const Finding& finding) {
  if (!finding.basis) return {};
  std::string text;
  for (const Influence& influence : finding.basis->influences) {
    text += fmt::format("{}without {} to {} {}{}", text.empty() ? "" : ", ", format_duration(influence.from),
                        format_duration(influence.until), text.empty() ? "it would be " : "",
                        change_text(influence.change_without, finding.unit));
  }
  return text;
}

std::vector<std::string> evidence_lines(const Finding& finding) {
  std::vector<std::string> lines = {basis_text(finding), power_text(finding), influence_text(finding)};
  std::erase_if(lines, [](const std::string& line) { return line.empty(); });
  return lines;
}

}  // namespace assay::reports
