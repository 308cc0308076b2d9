#include "reports/blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace assay::reports {
namespace {

std::size_t wanted(const Block& block) {
  std::size_t rows = block.head.size();
  for (const Block::Lines& item : block.items) rows += item.size();
  return std::min(rows, block.most);
}

// Every block its least in the order of their ranks, and then what is left in the same order.
std::vector<std::size_t> shares(std::span<const Block> blocks, std::size_t rows) {
  std::vector<std::size_t> order(blocks.size()), share(blocks.size(), 0);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return blocks[a].rank < blocks[b].rank; });
  for (const std::size_t each : order) {
    const std::size_t least = std::min(blocks[each].least, wanted(blocks[each]));
    if (least > rows) continue;
    share[each] = least;
    rows -= least;
  }
  for (const std::size_t each : order) {
    if (share[each] == 0) continue;
    const std::size_t grown = std::min(wanted(blocks[each]) - share[each], rows);
    share[each] += grown;
    rows -= grown;
  }
  return share;
}

// The items that fit whole beside a line that counts the others.
std::size_t items_that_fit(const Block& block, std::size_t rows) {
  std::size_t used = 0, fit = 0;
  for (const Block::Lines& item : block.items) {
    used += item.size();
    const bool is_last = fit + 1 == block.items.size();
    if (used + (is_last ? 0 : 1) > rows) break;
    ++fit;
  }
  return fit;
}

void append(std::vector<std::string>& lines, const Block& block, std::size_t rows) {
  const std::size_t head = std::min(block.head.size(), rows);
  lines.insert(lines.end(), block.head.begin(), block.head.begin() + static_cast<std::ptrdiff_t>(head));
  rows -= head;
  if (rows == 0) return;
  const std::size_t fit = items_that_fit(block, rows);
  for (std::size_t i = 0; i < fit; ++i)
    lines.insert(lines.end(), block.items[i].begin(), block.items[i].end());
  const std::size_t left_out = block.items.size() - fit;
  if (left_out > 0)
    lines.push_back(fmt::format("  and {} more {}{}", left_out, block.what, left_out == 1 ? "" : "s"));
}

}  // namespace

std::vector<std::string> laid_out(std::span<const Block> blocks, std::size_t rows) {
  const std::vector<std::size_t> share = shares(blocks, rows);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < blocks.size(); ++i) append(lines, blocks[i], share[i]);
  return lines;
}

}  // namespace assay::reports
