#include "reports/html_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "reports/html_ink.h"

namespace assay::reports {

Attributes HtmlTable::column_look(std::size_t column) const {
  if (columns_[column].align == Align::left) return {{"align", "left"}};
  return {{"class", "n"}, {"align", "right"}};
}

void HtmlTable::add(const std::vector<Cell>& cells, const std::string& css_class) {
  Markup row;
  for (std::size_t i = 0; i < std::min(cells.size(), columns_.size()); ++i) {
    Attributes look = column_look(i);
    if (cells[i].number) look.push_back({"data-v", fmt::format("{:.6g}", *cells[i].number)});
    if (i == 0) look.push_back({"scope", "row"});
    row += element(i == 0 ? "th" : "td", look, cells[i].shown);
  }
  rows_ += element("tr", css_class.empty() ? Attributes{} : Attributes{{"class", css_class}}, row);
}

Markup HtmlTable::markup(bool sortable) const {
  Markup heads;
  for (std::size_t i = 0; i < columns_.size(); ++i)
    heads += element("th", joined(column_look(i), {{"scope", "col"}}), text(columns_[i].head));
  const Markup table = element(
      "table", joined({{"cellpadding", "4"}}, sortable ? Attributes{{"class", "sortable"}} : Attributes{}),
      element("caption", text(caption_)) + element("thead", element("tr", heads)) + element("tbody", rows_));
  // Reachable by keyboard, because it may have to be scrolled.
  return element(
      "div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption_}}, table);
}

void FactList::add(std::string_view name, const Markup& value) {
  rows_ += element("div", element("dt", text(name)) + element("dd", value));
}

Markup FactList::markup() const { return element("dl", {{"class", "facts"}}, rows_); }

Markup folded(const std::string& summary, const Markup& content) {
  return element("details", element("summary", text(summary)) + content);
}

Markup more_text(std::size_t left_out, std::string_view what) {
  if (left_out == 0) return {};
  return element(
      "p", {{"class", "note"}},
      text(fmt::format("and {} more {}; all of them are in result.json", format_count(left_out), what)));
}

}  // namespace assay::reports
