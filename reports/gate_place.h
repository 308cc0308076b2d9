// A place in a gate file, as pipelines want it: file and line apart, and the file named from the root of the
// project, because they link to nothing else. Pure functions.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "reports/registry.h"

namespace assay::reports {

struct GatePlace {
  std::string file;                    // empty: no place is known
  std::uint32_t line = 0, column = 0;  // from 1

  bool known() const { return !file.empty(); }
};

// Of "gate.yaml:31:5"; nothing else is a place.
GatePlace place_of(std::string_view location);

// The name of `file` from options.root, where it is inside; else as it was written.
std::string shown_path(const std::string& file, const ReportOptions& options);

}  // namespace assay::reports
