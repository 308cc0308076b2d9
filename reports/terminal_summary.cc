#include "reports/terminal_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/cells.h"
#include "reports/command_text.h"
#include "reports/probe_table.h"
#include "reports/shapes.h"
#include "reports/summary.h"
#include "reports/table.h"
#include "reports/terminal_checks.h"
#include "reports/terminal_facts.h"
#include "reports/terminal_head.h"

namespace assay::reports {
namespace {

// Who gets its lines first.
constexpr unsigned kHeadline = 0, kReasons = 1, kMetrics = 2, kFacts = 3, kThresholds = 4, kFailures = 5,
                   kProbes = 6;

// The most frequent kind first.
Block failures_block(const RunResult& result, const TextForm& form) {
  if (result.failures.empty()) return {};
  std::vector<const FailureExample*> failures;
  for (const FailureExample& failure : result.failures) failures.push_back(&failure);
  std::stable_sort(failures.begin(), failures.end(),
                   [](const FailureExample* a, const FailureExample* b) { return a->count > b->count; });
  constexpr std::size_t kLongestStep = 24;
  Table table({Align::right, Align::left, Align::left, Align::left});
  for (const FailureExample* failure : failures) {
    const std::string step =
        failure->step < result.steps.size() ? printable(result.steps[failure->step].name) : "";
    table.add({format_count(failure->count) + " x", std::string(name(failure->arm)),
               fitted(step, kLongestStep),
               failure->detail.empty() ? std::string(name(failure->outcome)) : failure->detail});
  }
  Block block{.rank = kFailures, .least = 4, .most = 7, .what = "kind"};
  block.head = {"", painted("Failures, one example of each kind", form.palette.strong)};
  for (const std::string& line : table.lines()) block.items.push_back({cut_to(form, line)});
  return block;
}

// Only those that need somebody, a blocker before a warning.
Block probes_block(const RunResult& result, const TextForm& form) {
  if (result.probes.empty()) return {};
  Block block{.rank = kProbes, .least = 5, .most = 8, .what = "probe"};
  block.head = {"", painted(probe_counts(result.probes), form.palette.strong)};
  const auto weight = [](const ProbeResult* probe) {
    const int order = probe->state == ProbeState::fail ? 0 : probe->state == ProbeState::error ? 1 : 2;
    return std::pair(probe->severity, order);
  };
  std::vector<const ProbeResult*> troubled;
  for (const ProbeResult& probe : result.probes)
    if (needs_attention(probe.state)) troubled.push_back(&probe);
  std::stable_sort(troubled.begin(), troubled.end(),
                   [&](const ProbeResult* a, const ProbeResult* b) { return weight(a) < weight(b); });
  for (const ProbeResult* probe : troubled) {
    Paragraph item{.lead = fmt::format("{} {} {}:", shape_of(probe->state), name(probe->state),
                                       fitted(printable(probe->name), 40)),
                   .text = probe->reason,
                   .place = probe->location};
    item.paint = form.palette.of(probe->state);
    item.most = 2;
    block.items.push_back(lines_of(item, form));
  }
  return block;
}

std::vector<Block> blocks_of(const RunRecord& record, const TextForm& form, Detail detail) {
  const Summary summary = summarise(record);
  std::vector<Block> blocks = {headline_block(record, summary, kHeadline, form),
                               reasons_block(record, summary, kReasons, form)};
  if (detail == Detail::brief) return blocks;
  blocks.push_back(facts_block(record, summary, kFacts, form));
  if (!record.result.could_not_run && !record.result.load_withheld) {
    blocks.push_back(metrics_block(summary, kMetrics, form));
    blocks.push_back(thresholds_block(summary, kThresholds, form));
    blocks.push_back(failures_block(record.result, form));
  }
  blocks.push_back(probes_block(record.result, form));
  return blocks;
}

}  // namespace

std::string place_of_the_rest(const ReportOptions& options) {
  if (!options.page.empty()) return fmt::format("report: {}\n", printable(options.page));
  return options.directory.empty() ? "" : fmt::format("data: {}\n", printable(options.directory));
}

std::string terminal_summary(const RunRecord& record, const ReportOptions& options) {
  const bool brief = options.detail == Detail::brief;
  std::string end = place_of_the_rest(options);
  if (!brief && !end.empty())
    end = fmt::format("\nmore: assay report {} --verbose\n", printable(shell_word(options.directory))) + end;
  const TextForm form{options.columns, Palette::of(options.colour)};
  const auto rows = kSummaryLines - static_cast<std::size_t>(std::count(end.begin(), end.end(), '\n'));
  std::string text;
  for (const std::string& line : laid_out(blocks_of(record, form, options.detail), rows))
    text += cut_to(form, line) + "\n";
  return text + end;
}

}  // namespace assay::reports
