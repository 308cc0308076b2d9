#include "cli/further_reports.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <ostream>

#include "base/suggest.h"
#include "cli/report_options.h"
#include "store/run_directory.h"

namespace assay::cli {
namespace {

struct Wanted {
  std::string_view format, file;  // no file: the one of the format
};

Wanted parts_of(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {text, {}};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string check_wanted(const std::string& text) {
  const Wanted wanted = parts_of(text);
  if (reports::find_report_format(wanted.format) == nullptr) {
    std::vector<std::string_view> names;
    for (const reports::ReportFormat& format : reports::report_formats()) names.push_back(format.name);
    const std::string meant = did_you_mean(wanted.format, names);
    return "there is no format \"" + std::string(wanted.format) + "\"" + (meant.empty() ? "" : ": " + meant);
  }
  const bool without_file = text.find('=') != std::string::npos && wanted.file.empty();
  return without_file ? "\"" + text + "\" names no file" : "";
}

}  // namespace

void FurtherReports::declare(CLI::App& parser) {
  parser
      .add_option(
          "--write", wanted,
          "Write one more report, into the run directory or as FILE, in a format of --format; repeatable")
      ->allow_extra_args(false)
      ->check(check_wanted, "")
      ->type_name("FORMAT[=FILE]");
}

bool FurtherReports::write(const Context& context, const RunRecord& record,
                           const std::string& directory) const {
  bool all = true;
  for (const std::string& text : wanted) {
    const Wanted parts = parts_of(text);
    all &= write_report(context, *reports::find_report_format(parts.format), record, directory, parts.file);
  }
  return all;
}

bool write_report(const Context& context, const reports::ReportFormat& format, const RunRecord& record,
                  const std::string& directory, std::string_view file) {
  const std::filesystem::path path =
      file.empty() ? std::filesystem::path(directory) / format.file : std::filesystem::path(file);
  const auto written =
      store::write_file(path, format.write(record, report_options(context, record, directory)));
  if (!written) context.err << "assay: " << written.error().message() << '\n';
  return written.has_value();
}

}  // namespace assay::cli
