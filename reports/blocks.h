// Blocks of lines that share a bounded number of rows: what matters most gets its rows first, and what does
// not fit is counted in a line of its own. Pure function.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace assay::reports {

struct Block {
  using Lines = std::vector<std::string>;

  unsigned rank = 0;      // the least is the most important
  std::size_t least = 1;  // rows that it needs to be worth showing: without them it is dropped
  std::size_t most = 1000;
  Lines head = {};                // always shown with it
  std::vector<Lines> items = {};  // most important first; each is shown whole, or counted
  std::string what = "line";      // "and 3 more steps": what one of those is that do not fit
};

// Their lines in the order of `blocks`, at most `rows` in all.
std::vector<std::string> laid_out(std::span<const Block> blocks, std::size_t rows);

}  // namespace assay::reports
