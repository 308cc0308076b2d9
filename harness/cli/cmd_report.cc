#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/metric_servers.h"
#include "cli/output_options.h"
#include "cli/stored_runs.h"

namespace assay::cli {
namespace {

class ReportCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("RUN", run_, "A run directory")->required()->type_name("");
    report_.declare(parser);
    servers_.declare(parser);
  }

  // Showing a run is no judgement: a failed run is reported with success.
  ExitCode execute(const Context& context) override {
    const auto receivers = receivers_of(context, servers_);
    if (!receivers) return ExitCode::usage;
    const std::optional<RunRecord> record = load_run(context, run_);
    if (!record) return ExitCode::usage;
    report_.write(context, *record, run_);
    send_metrics(context, *record, *receivers);
    return ExitCode::pass;
  }

 private:
  std::string run_;
  ReportChoice report_;
  MetricServers servers_;
};

}  // namespace

std::unique_ptr<Command> make_report_command() { return std::make_unique<ReportCommand>(); }

}  // namespace assay::cli
