// Lines at the end of a terminal that are drawn again in place: no other screen, and what was written before
// stays above them. Between two calls the cursor is visible and stands on the line below, so that whatever
// ends the process leaves nothing to mend. The main thread only.
#pragma once
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

class LiveBlock {
 public:
  // `reflows`: the terminal breaks what it shows anew when it becomes narrower. The stream outlives this.
  LiveBlock(std::ostream& out, bool reflows) : out_(out), reflows_(reflows) {}

  // Lines narrower than `columns`, the terminal's width now, and fewer than its rows.
  void draw(const std::vector<std::string>& lines, std::size_t columns);
  // Takes the lines away and writes `text`, whole lines, where they began; it stays.
  void write(std::string_view text, std::size_t columns);

  bool is_drawn() const { return !widths_.empty(); }

 private:
  std::string to_its_top(std::size_t columns) const;

  std::ostream& out_;
  bool reflows_;
  std::vector<std::size_t> widths_;  // of the lines that are there
};

}  // namespace assay::cli
