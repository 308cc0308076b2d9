#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/gate_options.h"
#include "cli/output_options.h"
#include "cli/stored_runs.h"
#include "verdict/judge.h"

namespace assay::cli {
namespace {

class VerdictCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("RUN", run_, "A run directory; it is not changed")->required()->type_name("");
    parser.add_option("GATE", gate_, "The gate file whose thresholds and comparisons count")
        ->type_name("")
        ->default_str("the one stored with the run");
    report_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    std::optional<RunRecord> record = load_run(context, run_);
    if (!record) return ExitCode::usage;
    const std::optional<Gate> gate = read_judging_gate(context, record->result, gate_);
    if (!gate) return ExitCode::usage;
    record->verdict = verdict::judge(record->result, gate->spec);
    report_.write(context, *record, run_);
    return exit_code_of(*record);
  }

 private:
  std::string run_, gate_;
  ReportChoice report_;
};

}  // namespace

std::unique_ptr<Command> make_verdict_command() { return std::make_unique<VerdictCommand>(); }

}  // namespace assay::cli
