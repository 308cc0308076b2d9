#include "cli/output_options.h"

#include <CLI/CLI.hpp>
#include <ostream>
#include <vector>

#include "cli/report_options.h"

namespace assay::cli {

void ReportChoice::declare(CLI::App& parser) {
  std::vector<std::string> names;
  for (const reports::ReportFormat& known : reports::report_formats()) names.emplace_back(known.name);
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : "|") + name;
  parser.add_option("--format", format, "What goes to standard output")
      ->check(CLI::IsMember(names).description(""))
      ->type_name(list);
  parser.add_flag("--verbose", verbose, "All that was found, not only what fits on a screen");
}

reports::ReportOptions ReportChoice::options(const Context& context, const RunRecord& record,
                                             const std::string& directory) const {
  using reports::Detail;
  reports::ReportOptions options = report_options(context, record, directory);
  options.colour = context.out_in_colour();
  options.utf8 = context.in_utf8(Stream::out);
  options.columns = context.screen(Stream::out).columns;
  options.detail = quiet ? Detail::brief : verbose ? Detail::full : Detail::usual;
  return options;
}

void ReportChoice::write(const Context& context, const RunRecord& record,
                         const std::string& directory) const {
  context.out << reports::find_report_format(format)->write(record, options(context, record, directory))
              << std::flush;
}

ExitCode exit_code_of(const RunRecord& record) {
  if (record.result.interrupted_by) return interrupted_exit(*record.result.interrupted_by);
  if (record.verdict) return exit_code(record.verdict->grade);
  return record.result.could_not_run ? ExitCode::invalid : ExitCode::pass;
}

}  // namespace assay::cli
