#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/further_reports.h"
#include "cli/metric_servers.h"
#include "cli/output_options.h"
#include "cli/stored_runs.h"
#include "cli/trend_report.h"
#include "reports/trend_report.h"

namespace assay::cli {
namespace {

class ReportCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("RUN", run_, "A run directory")->type_name("");
    report_.declare(parser);
    further_.declare(parser);
    servers_.declare(parser);
    trend_.declare(parser);
    for (const char* of_one_run : {"--verbose", "--write", "--push", "--remote-write", "--otlp"})
      parser.get_option("--trend")->excludes(parser.get_option(of_one_run));
    parser.parse_complete_callback([this] { check(); });
  }

  // Showing a run is no judgement: a failed run is reported with success, a report that was not written is
  // not.
  ExitCode execute(const Context& context) override {
    if (trend_.wanted) return trend_.write(context, run_, report_.format);
    const auto receivers = receivers_of(context, servers_);
    if (!receivers) return ExitCode::usage;
    const std::optional<RunRecord> record = load_run(context, run_);
    if (!record) return ExitCode::usage;
    report_.write(context, *record, run_);
    const bool written = further_.write(context, *record, run_);
    send_metrics(context, *record, *receivers);
    return written ? ExitCode::pass : ExitCode::invalid;
  }

 private:
  // What the parser cannot know: a run and a trend want different things.
  void check() const {
    if (trend_.wanted && run_.empty() && trend_.gate.empty())
      throw CLI::ValidationError("--trend", "of what? Name the gate, its file, or one of its runs");
    if (run_.empty() && trend_.gate.empty()) throw CLI::RequiredError("RUN");
    if (!run_.empty() && !trend_.gate.empty())
      throw CLI::ValidationError("--gate", "RUN names the gate already: " + run_);
    if (trend_.wanted && reports::find_trend_format(report_.format) == nullptr)
      throw CLI::ValidationError(
          "--format", "a trend is not written as " + report_.format + ", but as terminal, json, html or csv");
  }

  std::string run_;
  ReportChoice report_;
  FurtherReports further_;
  MetricServers servers_;
  TrendReport trend_;
};

}  // namespace

std::unique_ptr<Command> make_report_command() { return std::make_unique<ReportCommand>(); }

}  // namespace assay::cli
