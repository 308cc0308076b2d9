#include "reports/csv_text.h"

#include <fmt/format.h>

#include <cmath>

#include "reports/plain_text.h"

namespace assay::reports {

std::string csv_text(std::string_view untrusted) {
  std::string cell = one_line(untrusted);
  const std::size_t first = cell.find_first_not_of(' ');
  const bool is_formula =
      first != std::string::npos && std::string_view("=+-@").find(cell[first]) != std::string_view::npos;
  if (is_formula) cell.insert(0, 1, '\'');
  if (cell.find_first_of(",\"") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string csv_number(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? fmt::format("{}", *value) : "";
}

std::string csv_row(std::initializer_list<std::string_view> cells) {
  return fmt::format("{}\r\n", fmt::join(cells, ","));
}

}  // namespace assay::reports
