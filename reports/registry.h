// The formats of `assay report --format` and `assay run --format`: one line each. A new format is one file
// with a ReportWriter, one line in registry.cc and one golden file.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "model/run_record.h"

namespace assay::reports {

struct ReportOptions {
  bool colour = false;    // only formats for terminals look at it
  std::string directory;  // where the run is stored; empty when it is not
};

using ReportWriter = std::string (*)(const RunRecord& record, const ReportOptions& options);

struct ReportFormat {
  std::string_view name;
  std::string_view purpose;
  ReportWriter write;
};

std::span<const ReportFormat> report_formats();
const ReportFormat* find_report_format(std::string_view name);  // null: unknown

}  // namespace assay::reports
