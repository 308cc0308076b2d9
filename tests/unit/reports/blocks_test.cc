#include "reports/blocks.h"

#include <doctest/doctest.h>

namespace assay::reports {
namespace {

using Text = std::vector<std::string>;

Block list(unsigned rank, std::string head, std::size_t items) {
  Block block{.rank = rank, .least = 2, .head = {std::move(head)}, .what = "step"};
  for (std::size_t i = 1; i <= items; ++i) block.items.push_back({"item " + std::to_string(i)});
  return block;
}

TEST_CASE("blocks: what fits is shown as it is") {
  const std::vector<Block> blocks = {list(0, "first", 2), list(1, "second", 1)};
  CHECK(laid_out(blocks, 5) == Text{"first", "item 1", "item 2", "second", "item 1"});
}

TEST_CASE("blocks: what does not fit is counted") {
  const std::vector<Block> blocks = {list(0, "first", 5)};
  CHECK(laid_out(blocks, 4) == Text{"first", "item 1", "item 2", "  and 3 more steps"});
  CHECK(laid_out(blocks, 2) == Text{"first", "  and 5 more steps"});
}

TEST_CASE("blocks: one that is left over is no more than the line that would count it") {
  const std::vector<Block> blocks = {list(0, "first", 3)};
  CHECK(laid_out(blocks, 3) == Text{"first", "item 1", "  and 2 more steps"});
  CHECK(laid_out(blocks, 4) == Text{"first", "item 1", "item 2", "item 3"});
}

TEST_CASE("blocks: the more important one gets its rows first, wherever it stands") {
  const std::vector<Block> blocks = {list(1, "below", 3), list(0, "above", 3)};
  CHECK(laid_out(blocks, 6) == Text{"below", "  and 3 more steps", "above", "item 1", "item 2", "item 3"});
  CHECK(laid_out(blocks, 3) == Text{"above", "item 1", "  and 2 more steps"});
  CHECK(laid_out(blocks, 1).empty());
}

TEST_CASE("blocks: an item of several lines is shown whole or counted") {
  Block block = list(0, "head", 0);
  block.items = {{"a", "b"}, {"c", "d"}};
  CHECK(laid_out(std::vector{block}, 5) == Text{"head", "a", "b", "c", "d"});
  CHECK(laid_out(std::vector{block}, 4) == Text{"head", "a", "b", "  and 1 more step"});
}

TEST_CASE("blocks: none takes more than it wants, and an empty one takes nothing") {
  Block block = list(0, "head", 9);
  block.most = 3;
  CHECK(laid_out(std::vector{block, Block{}}, 40) == Text{"head", "item 1", "  and 8 more steps"});
}

}  // namespace
}  // namespace assay::reports
