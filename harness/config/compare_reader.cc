#include <fmt/format.h>

#include <array>
#include <set>
#include <utility>

#include "base/units.h"
#include "config/parts.h"
#include "config/threshold_expression.h"
#include "config/values.h"

namespace assay::config {
namespace {

constexpr double kTailQuantile = 0.95;  // above it, a margin of 10 % needs more requests than most gates send
constexpr DurationRange kFloorRange{Nanos(0), std::chrono::minutes(1)};

// Margins by the defaults of the method: 10 % up to p95 (floor 1 ms), 20 % above (floor 2 ms), 1 percentage
// point; of throughput 5 %.
CompareSpec with_defaults(CompareSpec::What what, double quantile, std::string text) {
  CompareSpec compare;
  compare.what = what;
  compare.quantile = quantile;
  compare.source_text = std::move(text);
  const bool tail = quantile > kTailQuantile;
  if (what == CompareSpec::What::quantile) {
    compare.margin = tail ? 0.20 : 0.10;
    compare.floor_ns = tail ? 2e6 : 1e6;
  } else if (what == CompareSpec::What::tail5) {
    compare.margin = 0.10;
  } else if (what == CompareSpec::What::error_rate) {
    compare.margin = 0.01;
  } else if (what == CompareSpec::What::throughput) {
    compare.margin = 0.05;
  }
  return compare;
}

std::optional<CompareSpec> parse_metric(const std::string& text) {
  using What = CompareSpec::What;
  if (text == "error_rate") return with_defaults(What::error_rate, 0, text);
  if (text == "stalls") return with_defaults(What::stalls, 0, text);
  if (text == "throughput") return with_defaults(What::throughput, 0, text);
  if (text == "tail5(response_time)") return with_defaults(What::tail5, 0, text);
  constexpr std::string_view kArgument = "(response_time)";
  if (!text.ends_with(kArgument)) return std::nullopt;
  const std::optional<double> quantile =
      parse_percentile(std::string_view(text).substr(0, text.size() - kArgument.size()));
  if (!quantile) return std::nullopt;
  return with_defaults(What::quantile, *quantile, text);
}

void read_margin(ReadContext& context, const Node& node, CompareSpec& compare) {
  if (compare.what == CompareSpec::What::stalls) {
    context.error(node, "\"stalls\" takes no margin", "a stall that only the candidate shows vetoes a pass");
    return;
  }
  const bool points = compare.what == CompareSpec::What::error_rate;
  const std::optional<double> margin =
      points ? read_points(context, node, "margin") : read_ratio(context, node, "margin");
  assign(compare.margin, margin);
  const bool less = compare.what == CompareSpec::What::throughput;
  const double most = points ? 1 : less ? 0.9 : 10;
  if (!margin || (*margin > 0 && *margin <= most)) return;
  context.error(context.span(node), "\"margin\" is out of range",
                points ? "it must be above 0pp and at most 100pp"
                : less ? "it must be above 0% and at most 90%: so much less may be answered"
                       : "it must be above 0% and at most 1000%");
}

void read_floor(ReadContext& context, const Node& node, CompareSpec& compare) {
  if (!compare.is_latency()) {
    context.error(node, in_quotes(compare.source_text) + " takes no floor",
                  "a floor is the smallest margin of a latency");
    return;
  }
  const std::optional<Nanos> floor = read_duration(context, node, "floor", kFloorRange);
  if (floor) compare.floor_ns = static_cast<double>(floor->count());
}

// A margin of a ratio is a difference, of any other value a ratio itself.
void read_server_margin(ReadContext& context, const Node& node, ServerCompareSpec& compare) {
  const auto margin =
      compare.in_points() ? read_points(context, node, "margin") : read_ratio(context, node, "margin");
  assign(compare.margin, margin);
  const double most = compare.in_points() ? 1 : compare.more_is_better ? 0.9 : 10;
  if (margin && (*margin <= 0 || *margin > most))
    context.error(context.span(node), "\"margin\" is out of range",
                  fmt::format("it must be above 0 and at most {}",
                              compare.in_points() ? format_points(most) : format_ratio(most)));
}

void read_server_comparison(ReadContext& context, const MapReader& map, const ServerMetricSpec& metric,
                            GateSpec& spec) {
  ServerCompareSpec compare;
  compare.metric = metric.name;
  compare.unit = metric.shown_unit();
  compare.margin = compare.in_points() ? 0.01 : 0.10;
  compare.more_is_better = metric.more_is_better;
  compare.span = context.span(*map.find("metric"));
  if (!spec.server_metrics->arms.contains(Arm::baseline))
    context.error(compare.span, "there is no baseline to compare " + in_quotes(metric.name) + " with",
                  "add its labels under server_metrics.arms");
  if (const Node* margin = map.find("margin")) read_server_margin(context, *margin, compare);
  if (const Node* floor = map.find("floor")) {
    if (compare.in_points())
      context.error(*floor, in_quotes(metric.name) + " takes no floor", "its margin is one already");
    else
      assign(compare.floor, read_in_unit(context, *floor, "floor", metric.unit));
  }
  spec.server_compare.push_back(std::move(compare));
}

std::string comparable_metrics(const GateSpec& spec) {
  std::string text =
      "use p50(response_time) or another percentile, tail5(response_time), error_rate, throughput or stalls";
  if (!spec.server_metrics) return text;
  for (const ServerMetricSpec& metric : spec.server_metrics->metrics) text += ", " + metric.name;
  return text;
}

void read_comparison(ReadContext& context, const Node& node, std::set<std::string>& seen, GateSpec& spec) {
  const MapReader map(context, node, kCompareKeys, "compare");
  const Node* metric = map.require("metric");
  const std::optional<std::string> text =
      metric == nullptr ? std::nullopt : read_text(context, *metric, "metric");
  if (!text) return;
  if (!seen.insert(*text).second)
    context.error(context.span(*metric), "duplicate comparison " + in_quotes(*text),
                  "compare each metric once");
  const ServerMetricSpec* server = spec.server_metrics ? spec.server_metrics->find(*text) : nullptr;
  if (server != nullptr) return read_server_comparison(context, map, *server, spec);
  std::optional<CompareSpec> compare = parse_metric(*text);
  if (!compare) {
    context.error(context.span(*metric), in_quotes(*text) + " cannot be compared", comparable_metrics(spec));
    return;
  }
  compare->span = context.span(*metric);
  if (const Node* margin = map.find("margin")) read_margin(context, *margin, *compare);
  if (const Node* floor = map.find("floor")) read_floor(context, *floor, *compare);
  spec.compare.push_back(std::move(*compare));
}

void add_default(GateSpec& spec, const char* metric, const SourceSpan& place) {
  spec.compare.push_back(*parse_metric(metric));
  spec.compare.back().span = place;
}

void add_defaults(GateSpec& spec, const SourceSpan& place, bool live) {
  for (const char* metric : {"p50(response_time)", "p95(response_time)", "p99(response_time)", "error_rate"})
    add_default(spec, metric, place);
  if (live) add_default(spec, "stalls", place);
}

// Where a stored baseline stands in the file or on the command line; nothing where there is none.
std::optional<SourceSpan> stored_baseline_place(const ReadContext& context, const MapReader& gate) {
  const Node* verdict = gate.find("verdict");
  const Node* stored = verdict != nullptr && verdict->is_map() ? verdict->find("baseline") : nullptr;
  if (stored != nullptr) return context.place(*stored);
  if (context.options.stored_baseline) return option_span("--baseline", "stored", "");
  return std::nullopt;
}

void check_baseline(ReadContext& context, const Node& compare, const GateSpec& spec, bool stored) {
  if (spec.target(Arm::baseline) != nullptr || spec.compare.empty()) return;
  if (!stored) {
    context.error(compare, "there is no baseline to compare with",
                  "add targets.baseline, --target baseline=URL, or verdict.baseline for stored runs");
  }
  for (const CompareSpec& each : spec.compare) {
    if (!stored) continue;
    if (each.what == CompareSpec::What::stalls)
      context.error(
          each.span, "\"stalls\" needs a live baseline",
          "a stall counts only beside an arm that did not have it: remove it, or add targets.baseline");
    if (each.what == CompareSpec::What::throughput)
      context.error(each.span, "\"throughput\" needs a live baseline",
                    "what an arm answers depends on what both are sent: remove it, or add targets.baseline");
  }
}

}  // namespace

void read_compare(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  const Node* compare = gate.find("compare");
  const TargetSpec* baseline = spec.target(Arm::baseline);
  const std::optional<SourceSpan> stored = stored_baseline_place(context, gate);
  if (compare == nullptr) {
    if (watches_only(context, gate)) return;
    if (baseline != nullptr) {
      add_defaults(spec, baseline->span, true);
    } else if (stored) {
      add_defaults(spec, *stored, false);
    }
    return;
  }
  if (!is_filled_list(context, *compare, "compare",
                      "write it like [ { metric: p95(response_time), margin: 10% } ]"))
    return;
  std::set<std::string> seen;
  for (const Node* item : compare->items) read_comparison(context, *item, seen, spec);
  check_baseline(context, *compare, spec, stored.has_value());
}

}  // namespace assay::config
