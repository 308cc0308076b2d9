#include "cli/run_output.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ostream>
#include <random>

#include "cli/report_options.h"
#include "reports/registry.h"

namespace assay::cli {
namespace {

// Nobody who writes a gate file or an answer can know it.
std::string secret_word() {
  std::random_device device;
  return fmt::format("assay-{:08x}{:08x}{:08x}{:08x}", device(), device(), device(), device());
}

// The runner takes any line of a log for a command that looks like one. In a report stands what servers have
// said, so until the report has ended the runner is told to listen to nothing but the secret word.
void write_among_commands(const Context& context, const ReportChoice& report, const RunRecord& record,
                          const std::string& directory) {
  const std::string word = secret_word();
  context.out << "::stop-commands::" << word << '\n';
  report.write(context, record, directory);
  context.out << "\n::" << word << "::\n";
}

}  // namespace

void RunOutput::declare(CLI::App& parser) {
  report.declare(parser);
  further.declare(parser);
  ci.declare(parser);
}

void RunOutput::write(const Context& context, const RunRecord& record, const std::string& directory) const {
  const Pipeline pipeline = ci.pipeline(context);
  if (pipeline == Pipeline::github) {
    const bool for_people = report.format == "terminal";
    if (for_people) {
      write_among_commands(context, report, record, directory);
    } else {
      report.write(context, record, directory);
    }
    // The runner reads commands from both; what programs read stays as it is.
    (for_people ? context.out : context.err)
        << reports::find_report_format("github")->write(record, report_options(context, record, directory))
        << std::flush;
  } else {
    report.write(context, record, directory);
  }
  further.write(context, record, directory);
  leave_with(pipeline, context, record, directory);
}

}  // namespace assay::cli
