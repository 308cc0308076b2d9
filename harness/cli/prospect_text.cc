#include "cli/prospect_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/units.h"
#include "stats/power.h"
#include "verdict/prospect.h"

namespace assay::cli {
namespace {

using verdict::Prospect;
using verdict::Span;

constexpr double kSeldom = 0.5;

std::string whole_percent(double share) { return fmt::format("{:.0f}%", std::floor(share * 100)); }

std::string duration_text(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", std::ceil(seconds));
  if (seconds < 90 * 60) return fmt::format("{:.0f} min", std::ceil(seconds / 60));
  return fmt::format("{:.1f} h", seconds / 3600);
}

// Of harm: more time, more errors, fewer answers.
std::string change_text(double change, Unit unit) {
  return (unit == Unit::per_second ? "-" : "+") +
         (unit == Unit::ratio ? format_points(change) : format_ratio(std::round(change * 1000) / 1000));
}

// "84%", or "55% to 98%" by the kind of service.
template <class Text>
std::string span_text(double low, double high, const Text& text) {
  const std::string from = text(low), to = text(high);
  return from == to ? from : fmt::format("{} to {}", from, to);
}

std::string needed_text(const Prospect& prospect, const verdict::LoadPlan& plan) {
  if (!prospect.seconds_needed) return "; no length up to a day makes that 80%";
  const Span& needed = *prospect.seconds_needed;
  auto text =
      fmt::format("; {} at this rate make that 80%", span_text(needed.best, needed.worst, duration_text));
  if (needed.worst <= plan.seconds || prospect.by_table) return text;
  return text + (prospect.rate_needed ? fmt::format(", or {:.1f} times the rate", *prospect.rate_needed)
                                      : std::string(" (add time, not rate)"));
}

std::string chance_text(const Prospect& prospect, const verdict::LoadPlan& plan) {
  const Span& found = *prospect.smallest_detectable;
  return fmt::format(
      "{} is found 4 times in 5; identical versions pass in {} of runs{}",
      span_text(found.best, found.worst, [&](double change) { return change_text(change, prospect.unit); }),
      span_text(prospect.chance->worst, prospect.chance->best, whole_percent), needed_text(prospect, plan));
}

std::string line(const Prospect& prospect, const verdict::LoadPlan& plan) {
  std::string text = "nothing is known of it";
  if (prospect.smallest_detectable) {
    text = chance_text(prospect, plan);
  } else if (prospect.chance && prospect.seconds_needed) {
    text =
        fmt::format("too little to compare: {} at this rate are needed",
                    span_text(prospect.seconds_needed->best, prospect.seconds_needed->worst, duration_text));
  } else if (prospect.highest_error_rate) {
    text = fmt::format(
        "identical versions pass 4 times in 5 while at most {} of their requests fail, one by one",
        format_ratio(*prospect.highest_error_rate));
  }
  return fmt::format("  - {}: {}\n", prospect.metric, text);
}

std::string heading(const config::GateSpec& gate, const Knowledge& known) {
  const bool has_floor = std::ranges::any_of(
      gate.compare, [](const config::CompareSpec& compare) { return compare.floor_ns > 0; });
  const char* floors =
      has_floor && known.as_measured == nullptr ? "; floors, not counted here, only help" : "";
  if (const NoiseFacts* noise = known.noise)
    return fmt::format("What it can tell, from {}: {} run{} of {:.4g} s at {}{}\n", noise->source,
                       noise->runs, noise->runs == 1 ? "" : "s", noise->seconds,
                       format_rate(noise->requests_per_s), floors);
  return fmt::format(
      "What it can tell, from a table of five kinds of services, not from this one (`--pilot 30s` asks "
      "it{})\n",
      floors);
}

std::string other_metric(const Prospect& prospect) {
  return prospect.metric.starts_with("p99") ? ", or compare tail5(response_time), or allow 20%" : "";
}

std::string warning(const Prospect& prospect) {
  // Where too little is planned to compare at all, the forecast says how much is needed.
  if (!prospect.smallest_detectable || prospect.chance->best >= kSeldom) return {};
  std::string advice = ": no length up to a day would do: widen the margin";
  if (prospect.seconds_needed) {
    advice = fmt::format(
        ": judge at least {}{}{}", duration_text(prospect.seconds_needed->best),
        prospect.rate_needed || prospect.by_table ? " or raise the rate" : " (add time, not rate)",
        other_metric(prospect));
  }
  return fmt::format("  - {}: identical versions pass in {} of runs at best{}\n", prospect.metric,
                     whole_percent(prospect.chance->best), advice);
}

std::string warnings(const std::vector<Prospect>& prospects) {
  std::string lines;
  for (const Prospect& prospect : prospects) lines += warning(prospect);
  return lines.empty() ? lines : "\nUnlikely to pass, even if nothing changed\n" + lines;
}

}  // namespace

std::string prospect_text(const config::GateSpec& gate, const Forecast& expected, const Knowledge& known) {
  if (gate.compare.empty()) return {};
  verdict::LoadPlan plan{expected.judged_s, 0};
  if (expected.known && expected.judged_s > 0)
    plan.requests_per_s = expected.judged_requests_per_arm() * 2 / expected.judged_s;
  if (!expected.known && known.noise != nullptr) plan.requests_per_s = known.noise->requests_per_s;
  if (plan.requests_per_s <= 0 || plan.seconds <= 0)
    return "\nWhat it can tell depends on how fast the target answers: `--pilot 30s` asks it\n";

  const config::GateSpec& asked = known.as_measured != nullptr ? *known.as_measured : gate;
  const std::vector<Prospect> prospects = known.noise != nullptr
                                              ? verdict::prospects(asked, plan, *known.noise)
                                              : verdict::prospects_by_table(asked, plan);
  std::string text = "\n" + heading(gate, known);
  for (const Prospect& prospect : prospects) text += line(prospect, plan);
  const Span all = verdict::chance_of_all(prospects);
  const auto chances =
      std::ranges::count_if(prospects, [](const Prospect& p) { return p.chance.has_value(); });
  if (chances > 1 && all.best > 0)
    text += fmt::format("  all of them together pass in at least {} of runs\n",
                        span_text(all.worst, all.best, whole_percent));
  text += fmt::format("  events rarer than one per {} are not covered\n",
                      duration_text(plan.seconds / stats::kOccurrencesSeen));
  return text + warnings(prospects);
}

}  // namespace assay::cli
