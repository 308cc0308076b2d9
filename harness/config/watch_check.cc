// A gate that offers nothing can be judged by what the target says of itself, and by probes.
#include <algorithm>
#include <string>

#include "base/units.h"
#include "config/parts.h"
#include "stats/block_shift.h"

namespace assay::config {
namespace {

bool is_offered(const ThresholdSpec& threshold) { return threshold.aggregate != Aggregate::server_metric; }

constexpr std::string_view kNothingTimed = "nothing is offered, so this cannot be measured";

// What the file asks of load falls away where the command line watches in its place; the run says so.
void leave_out_load(GateSpec& spec) {
  for (const ThresholdSpec& threshold : spec.thresholds)
    if (is_offered(threshold)) spec.left_out.push_back(threshold.source_text);
  for (const CompareSpec& compare : spec.compare) spec.left_out.push_back(compare.source_text);
  std::erase_if(spec.thresholds, is_offered);
  spec.compare.clear();
  spec.judgement.abort = {};
}

void refuse_load(ReadContext& context, const GateSpec& spec) {
  for (const ThresholdSpec& threshold : spec.thresholds)
    if (is_offered(threshold))
      context.error(threshold.span, std::string(kNothingTimed), "use a metric of server_metrics");
  for (const CompareSpec& compare : spec.compare)
    context.error(compare.span, std::string(kNothingTimed), "use a metric of server_metrics");
  if (spec.judgement.abort.on())
    context.error(spec.judgement.abort.span, "there is no load to abort", "remove \"abort\"");
}

// Fewer blocks than a comparison needs are known before the first one passes.
void check_blocks(ReadContext& context, const GateSpec& spec) {
  const bool counts = std::ranges::any_of(spec.load, &LoadSpec::counts_iterations);
  if (spec.server_compare.empty() || counts) return;
  const ServerMetricsSpec& metrics = *spec.server_metrics;
  const auto blocks = static_cast<std::size_t>(spec.judged_length() / metrics.block);
  if (blocks >= stats::kFewestBlocks) return;
  context.error(metrics.block_span,
                "a comparison needs " + std::to_string(stats::kFewestBlocks) + " blocks, and " +
                    format_duration(spec.judged_length()) + " have " + std::to_string(blocks),
                "a block is " + format_duration(metrics.block) + ": judge " +
                    format_duration(metrics.block * stats::kFewestBlocks) +
                    ", or choose shorter blocks, of two scrapes at least");
}

}  // namespace

void check_watch(ReadContext& context, const MapReader& gate, GateSpec& spec) {
  check_blocks(context, spec);
  if (spec.load.empty() || spec.offers_load()) return;
  if (!spec.server_metrics && spec.probes.empty()) {
    context.error(spec.load.front().span.file ? spec.load.front().span : context.span(*gate.find("version")),
                  "there is nothing to watch", "add server_metrics or probes");
  } else if (context.options.watch) {
    leave_out_load(spec);
  } else {
    refuse_load(context, spec);
  }
}

}  // namespace assay::config
