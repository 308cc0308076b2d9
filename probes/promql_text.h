// PromQL as text, as far as a rule can be understood from outside: its words, the series that it selects, its
// windows, and what stands on both sides of its comparison. Whether it is valid is for Prometheus to say.
// Pure. After https://prometheus.io/docs/prometheus/latest/querying/basics/ and .../operators/.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"

namespace assay::probes {

struct PromqlWord {
  enum class Kind : std::uint8_t { name, number, duration, string, symbol };
  Kind kind = Kind::symbol;
  std::string text;                // of a string what it holds, without quotes and escapes
  std::size_t begin = 0, end = 0;  // in the query

  bool is(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
};
// Or what cannot be read, as a sentence without a final stop.
Expected<std::vector<PromqlWord>, std::string> promql_words(std::string_view query);

// Whether both are the same but for spaces, comments and quotes.
bool same_promql(std::string_view a, std::string_view b);

struct LabelMatcher {
  std::string label, op, value;  // op: "=", "!=", "=~" or "!~"

  bool operator==(const LabelMatcher&) const = default;
};

// `http_requests_total{status=~"5.."}`, without its window.
struct SeriesSelector {
  std::string metric;  // empty: by its matchers only
  std::vector<LabelMatcher> matchers;

  std::string text() const;
  bool operator==(const SeriesSelector&) const = default;
};
// Each once, in their order; empty where the query cannot be read.
std::vector<SeriesSelector> selectors_of(std::string_view query);

// The widest window: 5m of `rate(x[5m])`, the range of a subquery included. Absent: it looks at now alone.
std::optional<Nanos> widest_window(std::string_view query);

// `errors / all > 0.05`, whose left side has a value when the whole has none.
struct PromqlComparison {
  std::string left, op, right;
  std::optional<double> threshold;  // where the right side is a number
};
// Absent where the outermost operator is another one.
std::optional<PromqlComparison> outermost_comparison(std::string_view query);

// "5m", "1h30m", "90s": the durations of Prometheus, which know days, weeks and years of 365 days.
std::optional<Nanos> prometheus_duration(std::string_view text);
// The other way round, in whole milliseconds: "90000ms".
std::string promql_duration(Nanos length);

}  // namespace assay::probes
