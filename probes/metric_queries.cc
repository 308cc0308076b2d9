#include "probes/metric_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"
#include "probes/promql_text.h"

namespace assay::probes {
namespace {

using config::ServerMetricSpec;
using config::ServerMetricsSpec;
using Kind = ServerMetricSpec::Kind;

// A series that has no sample for so long counts as new.
constexpr Nanos kShortestMemory = std::chrono::minutes(10);
constexpr int kBlocksRemembered = 4;

std::string replaced(std::string text, std::string_view placeholder, const std::string& value) {
  for (std::size_t at = 0; (at = text.find(placeholder, at)) != std::string::npos; at += value.size())
    text.replace(at, placeholder.size(), value);
  return text;
}

const std::string& source_of(const ServerMetricSpec& metric) {
  return metric.kind == Kind::share ? metric.requests : metric.histogram;
}

// ---- mistakes

void check_query(const ServerMetricSpec& metric, const std::string& query, Nanos block,
                 ConfigErrors& errors) {
  const auto words = promql_words(query);
  if (!words) {
    errors.add(metric.span, fmt::format("the query of \"{}\" cannot be read", metric.name), words.error());
    return;
  }
  const auto window = widest_window(query);
  if (window && *window > block)
    errors.add(
        metric.span,
        fmt::format("\"{}\" looks back {}, further than its block", metric.name, format_duration(*window)),
        fmt::format("neighbouring blocks would share data and look surer than they are: write [$block] "
                    "in place of the window, or every: {}",
                    format_duration(*window)));
}

void check_selector(const ServerMetricSpec& metric, const std::string& text, ConfigErrors& errors) {
  const auto words = promql_words(text);
  const auto selectors = selectors_of(text);
  const bool is_one = words && selectors.size() == 1 && same_promql(selectors[0].text(), text);
  if (is_one && !selectors[0].metric.empty()) return;
  errors.add(metric.span, fmt::format("\"{}\" needs a selector with the name of its counter", metric.name),
             words ? "write it like http_requests_total{$arm}; anything else is a query" : words.error());
}

}  // namespace

std::string arm_matchers(const ServerMetricsSpec& all, Arm arm) {
  const auto labels = all.arms.find(arm);
  if (labels == all.arms.end()) return "";
  SeriesSelector selector;
  for (const auto& [label, value] : labels->second) selector.matchers.push_back({label, "=", value});
  const std::string text = selector.text();  // in braces
  return text.substr(1, text.size() - 2);
}

std::string filled(std::string_view text, const ServerMetricsSpec& all, Arm arm) {
  std::string made = replaced(std::string(text), config::kArmPlaceholder, arm_matchers(all, arm));
  return replaced(std::move(made), config::kBlockPlaceholder, promql_duration(all.block));
}

std::string growth_query(const std::string& selector, Nanos block, bool by_bucket) {
  const std::string now = fmt::format("last_over_time({}[{}])", selector, promql_duration(block));
  const std::string memory = promql_duration(std::max(kShortestMemory, block * kBlocksRemembered));
  const std::string before = fmt::format("(last_over_time({}[{}] offset {}) or {} * 0)", selector, memory,
                                         promql_duration(block), now);
  return fmt::format("sum{}(({} - {} >= 0) or {})", by_bucket ? " by (le) " : "", now, before, now);
}

std::string samples_query(const std::string& selector, Nanos window) {
  return fmt::format("max(count_over_time({}[{}]))", selector, promql_duration(window));
}

std::string range_query(const ServerMetricSpec& metric, const ServerMetricsSpec& all, Arm arm) {
  if (metric.kind == Kind::value) return filled(metric.query, all, arm);
  return growth_query(filled(source_of(metric), all, arm), all.block, metric.kind != Kind::share);
}

std::string errors_query(const ServerMetricSpec& metric, const ServerMetricsSpec& all, Arm arm) {
  return growth_query(filled(metric.errors, all, arm), all.block, false);
}

std::string sampled_selector(const ServerMetricSpec& metric, const ServerMetricsSpec& all, Arm arm) {
  return metric.kind == Kind::value ? "" : filled(source_of(metric), all, arm);
}

std::vector<Existence> existence_queries(const ServerMetricSpec& metric, const ServerMetricsSpec& all) {
  std::vector<Existence> queries;
  if (metric.kind != Kind::share) return queries;
  const auto labels_of_arm = all.arms.find(Arm::candidate);
  for (const SeriesSelector& selector : selectors_of(filled(metric.errors, all, Arm::candidate))) {
    queries.push_back({fmt::format("count({})", selector.metric), "no series is called " + selector.metric});
    for (const LabelMatcher& matcher : selector.matchers) {
      const bool tells_arms =
          labels_of_arm != all.arms.end() && labels_of_arm->second.contains(matcher.label);
      const bool wants_it = matcher.op == "=~" || (matcher.op == "=" && !matcher.value.empty());
      if (tells_arms || !wants_it) continue;
      const SeriesSelector with_label{selector.metric, {{matcher.label, "!=", ""}}};
      queries.push_back({fmt::format("count({})", with_label.text()),
                         fmt::format("no series of {} has the label {}", selector.metric, matcher.label)});
    }
  }
  return queries;
}

ConfigErrors server_metric_mistakes(const ServerMetricsSpec& all) {
  ConfigErrors errors;
  for (const ServerMetricSpec& metric : all.metrics) {
    if (metric.kind == Kind::value) {
      check_query(metric, filled(metric.query, all, Arm::candidate), all.block, errors);
      continue;
    }
    check_selector(metric, filled(source_of(metric), all, Arm::candidate), errors);
    if (metric.kind == Kind::share)
      check_selector(metric, filled(metric.errors, all, Arm::candidate), errors);
  }
  return errors;
}

}  // namespace assay::probes
