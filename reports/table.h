// Columns of text, as wide as their widest cell. The first cell of a row may be a marker. Widths count UTF-8
// code points; cells carry no colour of their own (a row has one style), so that widths stay true.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace assay::reports {

enum class Align : unsigned char { left, right };

class Table {
 public:
  explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}

  // Rows may be shorter than the columns. `paint` and `reset` enclose the whole row; both empty without
  // colour.
  void add(std::vector<std::string> cells, std::string_view paint = {});

  // Two blanks before each row and between columns, no blanks at line ends.
  std::string text() const;
  bool empty() const { return rows_.empty(); }

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string_view paint;
  };
  std::vector<std::size_t> widths() const;
  std::string line(const Row& row, const std::vector<std::size_t>& widths) const;

  std::vector<Align> columns_;
  std::vector<Row> rows_;
};

std::size_t display_width(std::string_view utf8);

// Text of servers may hold escape sequences: control characters become '?'.
std::string printable(std::string_view text);

}  // namespace assay::reports
