// The language of thresholds, in parts that comparisons share. A server metric stands for an aggregate
// without a metric, and knows the filter "arm" only. Grammar:
//   threshold = aggregate [ "(" [ metric ] { [","] filter } ")" ] comparator value [ "over" duration
//   "windows" ] filter    = ( "scenario" | "step" | "arm" | "status" ) "=" ( word | quoted text )
// Mistakes go to the context with their place inside the expression.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/gate_spec.h"
#include "config/read_context.h"
#include "config/threshold_lexer.h"

namespace assay::config {

// 0.95 from "p95", 0.999 from "p99.9"; empty when the word is no percentile.
std::optional<double> parse_percentile(std::string_view word);

class ThresholdParser {
 public:
  // `metrics`: those of the target that may be named besides.
  ThresholdParser(ReadContext& context, const Node& node, std::string text,
                  std::span<const ServerMetricSpec> metrics = {});

  // Empty after an error.
  std::optional<ThresholdSpec> parse();

 private:
  bool fail(const Token& token, std::string title, std::string hint);
  bool parse_aggregate(ThresholdSpec& spec);
  bool parse_arguments(ThresholdSpec& spec);
  bool parse_metric(ThresholdSpec& spec);
  bool parse_filter(ThresholdSpec& spec);
  bool apply_filter(const Token& key, const Token& value, FilterSpec& filter);
  bool parse_comparator(ThresholdSpec& spec);
  bool parse_limit(ThresholdSpec& spec);
  bool parse_window(ThresholdSpec& spec);

  ReadContext& context_;
  const Node& node_;
  std::string text_;
  std::span<const ServerMetricSpec> metrics_;
  ThresholdLexer lexer_;
};

}  // namespace assay::config
