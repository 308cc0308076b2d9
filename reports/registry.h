// The formats of `--format` and `--write`: one line each. A new format is one file with a ReportWriter, one
// line in registry.cc and one golden file.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/run_record.h"

namespace assay::reports {

// How much a person is told.
enum class Detail : unsigned char {
  brief,  // the verdict and its reasons
  usual,  // what fits on a screen, and how much does not
  full,
};

struct ReportOptions {
  // What only formats for terminals look at.
  bool colour = false, utf8 = true;
  std::size_t columns = 0;  // 0: lines may be of any length
  Detail detail = Detail::usual;

  std::string directory;  // where the run is stored; empty when it is not
  std::string page{};     // its page for people; empty: there is none

  // What only formats for pipelines look at. Empty or absent: not known.
  std::string root{};              // absolute: the project, from which pipelines name files
  std::string here{};              // absolute: what the relative names of a run count from
  std::string artifacts_url{};     // under which files of the project can be read after the job
  std::optional<int> exit_code{};  // what the run means to a script
};

using ReportWriter = std::string (*)(const RunRecord& record, const ReportOptions& options);

// The page for people, beside the result of a run.
inline constexpr std::string_view kPageFile = "report.html";

struct ReportFormat {
  std::string_view name;
  std::string_view purpose;
  std::string_view file;  // what it is called in a run directory
  ReportWriter write;
};

std::span<const ReportFormat> report_formats();
const ReportFormat* find_report_format(std::string_view name);  // null: unknown

}  // namespace assay::reports
