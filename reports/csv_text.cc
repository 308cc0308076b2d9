#include "reports/csv_text.h"

#include <fmt/format.h>

#include <cmath>

namespace assay::reports {

void CsvRow::add(std::string_view cell) {
  if (begun_) line_ += ',';
  begun_ = true;
  line_ += cell;
}

CsvRow& CsvRow::text(std::string_view untrusted) {
  std::string cell;
  if (!untrusted.empty() && std::string_view("=+-@\t\r").find(untrusted.front()) != std::string_view::npos)
    cell += '\'';
  cell += untrusted;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) {
    add(cell);
    return *this;
  }
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
  add(quoted + "\"");
  return *this;
}

CsvRow& CsvRow::number(const std::optional<double>& value) {
  add(value && std::isfinite(*value) ? fmt::format("{:.10g}", *value) : "");
  return *this;
}

}  // namespace assay::reports
