// Comma-separated values (RFC 4180): rows of cells, of which what others wrote can be no formula of a
// spreadsheet. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace assay::reports {

class CsvRow {
 public:
  // Text of anybody: an apostrophe before what a spreadsheet would reckon with (`=`, `+`, `-`, `@`, tab,
  // carriage return), quotes where they are needed.
  CsvRow& text(std::string_view untrusted);
  // Ten significant digits; empty where there is none, or none that is finite.
  CsvRow& number(const std::optional<double>& value);

  std::string line() const { return line_ + "\r\n"; }

 private:
  void add(std::string_view cell);

  std::string line_;
  bool begun_ = false;
};

}  // namespace assay::reports
