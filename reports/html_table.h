// Tables of a page: real ones, with a caption, heads for both directions and numbers under each other, in a
// box that scrolls sideways on a narrow screen. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "reports/html_markup.h"
#include "reports/table.h"

namespace assay::reports {

struct Cell {
  Markup shown;
  std::optional<double> number;  // what it is sorted by; absent: by its text

  Cell(Markup markup) : shown(std::move(markup)) {}  // NOLINT: a cell is what it shows
  Cell(const std::string& words) : shown(text(clipped(words, kMostBytes))) {}  // NOLINT
  Cell(const char* words) : Cell(std::string(words)) {}                        // NOLINT
  Cell(std::string_view words) : Cell(std::string(words)) {}                   // NOLINT
  Cell(const std::string& words, double sorted_by) : Cell(words) { number = sorted_by; }

  // Texts of servers can be of any length; what is longer stands in result.json.
  static constexpr std::size_t kMostBytes = 400;
};

class HtmlTable {
 public:
  struct Column {
    std::string head;
    Align align = Align::left;
  };

  HtmlTable(std::string caption, std::vector<Column> columns)
      : caption_(std::move(caption)), columns_(std::move(columns)) {}

  // The first cell is the head of its row. `css_class` may be empty.
  void add(const std::vector<Cell>& cells, const std::string& css_class = {});
  bool empty() const { return rows_.empty(); }
  Markup markup(bool sortable = false) const;

 private:
  Attributes column_look(std::size_t column) const;

  std::string caption_;
  std::vector<Column> columns_;
  Markup rows_;
};

// Two columns without a head: names and values.
class FactList {
 public:
  void add(std::string_view name, const Markup& value);
  void add(std::string_view name, const std::string& value) {
    add(name, text(clipped(value, Cell::kMostBytes)));
  }
  bool empty() const { return rows_.empty(); }
  Markup markup() const;

 private:
  Markup rows_;
};

// Something that opens when it is asked to.
Markup folded(const std::string& summary, const Markup& content);

// "and 14 more" where a list ends before its end.
Markup more_text(std::size_t left_out, std::string_view what);

}  // namespace assay::reports
