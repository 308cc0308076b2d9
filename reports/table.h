// Columns of text, as wide as their widest cell. The first cell of a row may be a marker. Cells carry no
// colour of their own: a row has one style.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "reports/cells.h"

namespace assay::reports {

enum class Align : unsigned char { left, right };

class Table {
 public:
  explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}

  // Rows may be shorter than the columns. `paint` and `reset` enclose the whole row; both empty without
  // colour.
  void add(std::vector<std::string> cells, std::string_view paint = {});

  // Two blanks before each row and between columns, no blanks at line ends.
  std::vector<std::string> lines() const;
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

}  // namespace assay::reports
