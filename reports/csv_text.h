// Cells and rows of comma-separated values. Pure functions.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace assay::reports {

// Text of others as a cell: plain, in one line, never a formula, quoted where it must be.
std::string csv_text(std::string_view untrusted);

// The shortest form that reads back as the same number; empty where it is not known.
std::string csv_number(const std::optional<double>& value);

// Cells as they are, with commas between them and a line end.
std::string csv_row(std::initializer_list<std::string_view> cells);

}  // namespace assay::reports
