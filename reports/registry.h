// The formats of `--format` and `--write`: one line each. A new format is one file with a ReportWriter, one
// line in registry.cc and one golden file.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/run_record.h"

namespace assay::reports {

struct ReportOptions {
  bool colour = false;    // only formats for terminals look at it
  std::string directory;  // where the run is stored; empty when it is not

  // What only formats for pipelines look at. Empty or absent: not known.
  std::string root{};              // absolute: the project, from which pipelines name files
  std::string here{};              // absolute: what the relative names of a run count from
  std::string artifacts_url{};     // under which files of the project can be read after the job
  std::optional<int> exit_code{};  // what the run means to a script
};

using ReportWriter = std::string (*)(const RunRecord& record, const ReportOptions& options);

struct ReportFormat {
  std::string_view name;
  std::string_view purpose;
  std::string_view file;  // what it is called in a run directory
  ReportWriter write;
};

std::span<const ReportFormat> report_formats();
const ReportFormat* find_report_format(std::string_view name);  // null: unknown

}  // namespace assay::reports
