#include "cli/github_files.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/system_error.h"
#include "cli/further_reports.h"
#include "cli/output_options.h"
#include "cli/report_options.h"
#include "reports/check_list.h"
#include "reports/check_words.h"
#include "reports/plain_text.h"
#include "reports/registry.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

// The runner shows nothing at all of a summary that is larger.
constexpr std::uintmax_t kMostSummaryBytes = 1024 * 1024;

void say(const Context& context, const std::string& what) { context.err << "assay: " << what << '\n'; }

// Other commands of the step have written to these files before, and others will.
void append(const Context& context, const std::string& file, const std::string& text) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::app);
  out << text;
  out.close();
  if (!out) say(context, system_error("write", file, errno, "check the path").message());
}

void append_summary(const Context& context, const RunRecord& record, const std::string& directory) {
  const auto file = context.environment("GITHUB_STEP_SUMMARY");
  if (!file || file->empty()) return;
  const std::string summary =
      reports::find_report_format("markdown")->write(record, report_options(context, record, directory));
  std::error_code missing;
  const std::uintmax_t size = fs::file_size(*file, missing);
  if (!missing && size + summary.size() + 1 > kMostSummaryBytes) {
    say(context, "the summary of this step is full: " + *file + " would exceed 1 MiB and not be shown");
    return;
  }
  append(context, *file, "\n" + summary);
}

std::string failed_checks(const RunRecord& record) {
  nlohmann::json names = nlohmann::json::array();
  for (const reports::Check& check : reports::check_list(record).checks)
    if (check.blocks) names.push_back(check.name);
  return names.dump();
}

void append_outputs(const Context& context, const RunRecord& record, const std::string& directory,
                    const std::string& json) {
  const auto file = context.environment("GITHUB_OUTPUT");
  if (!file || file->empty()) return;
  append(context, *file,
         github_output("verdict", reports::verdict_word(record)) +
             github_output("exit_code", std::to_string(static_cast<int>(exit_code_of(record)))) +
             github_output("report_path", (fs::path(directory) / reports::kPageFile).string()) +
             github_output("report_json", json) + github_output("failed_checks", failed_checks(record)));
}

}  // namespace

std::string github_output(const std::string& name, const std::string& value) {
  std::string delimiter = "ASSAY_END";
  while (value.find(delimiter) != std::string::npos) delimiter += '_';
  return name + "<<" + delimiter + "\n" + value + "\n" + delimiter + "\n";
}

void leave_with_github(const Context& context, const RunRecord& record, const std::string& directory) {
  const reports::ReportFormat& json = *reports::find_report_format("json");
  write_report(context, json, record, directory);
  append_summary(context, record, directory);
  append_outputs(context, record, directory, (fs::path(directory) / json.file).string());
}

}  // namespace assay::cli
