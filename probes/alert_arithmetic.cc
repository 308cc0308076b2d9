#include "probes/alert_arithmetic.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "probes/promql_text.h"

namespace assay::probes {
namespace {

// Of rules like `errors / all > 0.05`.
std::optional<double> upper_threshold(const RuleTimes& rule) {
  const auto comparison = outermost_comparison(rule.expr);
  const bool above = comparison && (comparison->op == ">" || comparison->op == ">=");
  return above ? comparison->threshold : std::nullopt;
}

// Until the condition is true for the first time.
Nanos first_true(const RuleTimes& rule, std::optional<double> ratio) {
  const auto window = widest_window(rule.expr);
  const auto threshold = upper_threshold(rule);
  if (!window || !threshold || !ratio || *threshold <= 0) return Nanos(0);
  const double share = std::min(1.0, *threshold / *ratio);
  return Nanos(static_cast<std::int64_t>(static_cast<double>(window->count()) * share));
}

}  // namespace

Nanos least_time_to_fire(const RuleTimes& rule, std::optional<double> ratio) {
  return first_true(rule, ratio) + rule.hold + rule.interval;
}

std::string why_not_in_time(const RuleTimes& rule, std::optional<double> ratio, Nanos within) {
  const Nanos least = least_time_to_fire(rule, ratio);
  if (within >= least - rule.interval) return {};  // an evaluation may come just then
  std::string parts = fmt::format("it is pending for {}", format_duration(rule.hold));
  const Nanos begins = first_true(rule, ratio);
  if (begins > Nanos(0))
    parts = fmt::format("a share of {} exceeds {} after {} of the window of {}, then {}",
                        format_ratio(*ratio), format_ratio(*upper_threshold(rule)), format_duration(begins),
                        format_duration(*widest_window(rule.expr)), parts);
  if (rule.interval > Nanos(0)) parts += ", with an evaluation each " + format_duration(rule.interval);
  return fmt::format("it cannot fire within {}: {}, so {} at least", format_duration(within), parts,
                     format_duration(least));
}

std::string why_not_by_share(const RuleTimes& rule, double ratio) {
  const auto threshold = upper_threshold(rule);
  if (!threshold || ratio > *threshold) return {};
  return fmt::format("a share of {} never exceeds the threshold of {}", format_ratio(ratio),
                     format_ratio(*threshold));
}

std::string why_not_over_in_time(const RuleTimes& rule, Nanos within) {
  if (within >= rule.keep) return {};
  return fmt::format("it cannot end within {}: it keeps firing for {} after its condition held last",
                     format_duration(within), format_duration(rule.keep));
}

}  // namespace assay::probes
