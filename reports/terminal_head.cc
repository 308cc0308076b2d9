#include "reports/terminal_head.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/bar_row.h"
#include "reports/cells.h"
#include "reports/shapes.h"

namespace assay::reports {
namespace {

std::string name_line(const RunRecord& record, const TextForm& form) {
  constexpr std::size_t kLongestName = 200;
  const std::string word = headline_word(record);
  const std::string marked =
      record.verdict ? fmt::format("{} {}", shape_of(record.verdict->grade), word) : word;
  const std::string_view paint =
      record.verdict ? form.palette.of(record.verdict->grade) : form.palette.doubtful;
  const std::string name = fitted(printable(record.result.name), kLongestName);
  return cut_to(form, painted(marked, paint) + "  " + painted(name, form.palette.strong));
}

}  // namespace

Block headline_block(const RunRecord& record, const Summary& summary, unsigned rank, const TextForm& form) {
  const std::string reason = headline_reason(record);
  Paragraph said{.indent = 2, .text = reason};
  for (const Finding* finding : summary.reasons)
    if (said.place.empty() && reason.starts_with(finding->sentence)) said.place = finding->location;
  Block block{.rank = rank, .head = {name_line(record, form)}};
  for (std::string& line : lines_of(said, form)) block.head.push_back(std::move(line));
  block.least = block.head.size();
  return block;
}

Block reasons_block(const RunRecord& record, const Summary& summary, unsigned rank, const TextForm& form) {
  const std::string reason = headline_reason(record);
  std::vector<const Finding*> findings;
  for (const Finding* finding : summary.reasons)
    if (!reason.starts_with(finding->sentence)) findings.push_back(finding);
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding* a, const Finding* b) { return urgency(a->state) < urgency(b->state); });
  Block block{.rank = rank, .most = 9, .what = "reason"};
  for (const Finding* finding : findings) {
    Paragraph item{.lead = fmt::format("{} {}:", shape_of(finding->state), name(finding->state)),
                   .text = finding->sentence,
                   .place = finding->location};
    item.paint = form.palette.of(finding->state);
    block.items.push_back(lines_of(item, form));
  }
  if (!block.items.empty()) block.least = block.items.front().size() + (block.items.size() > 1 ? 1 : 0);
  return block;
}

}  // namespace assay::reports
