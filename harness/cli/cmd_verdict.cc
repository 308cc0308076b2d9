#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/gate_options.h"
#include "cli/output_options.h"
#include "cli/run_identity.h"
#include "cli/saving.h"
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
    store_.declare(parser);
    report_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    std::optional<RunRecord> record = load_run(context, run_);
    if (!record) return ExitCode::usage;
    const std::optional<Gate> gate = read_judging_gate(context, record->result, gate_);
    if (!gate) return ExitCode::usage;
    record->verdict = verdict::judge(record->result, gate->spec, earlier_of(context, *record, gate->spec));
    report_.write(context, *record, run_);
    return exit_code_of(*record);
  }

 private:
  // Runs that the store got after this one say nothing about it: judging again gives the same.
  verdict::Earlier earlier_of(const Context& context, const RunRecord& record,
                              const config::GateSpec& gate) const {
    SaveOptions asked;
    asked.store = store_;
    if (!asked.wanted(gate)) return {};
    RunResult result = record.result;
    if (result.scenario_hash.empty()) note_identity(result, gate);
    return read_earlier(asked.location(context, gate), store::Missing::refuse, result, gate);
  }

  std::string run_, gate_;
  StoreChoice store_;
  ReportChoice report_;
};

}  // namespace

std::unique_ptr<Command> make_verdict_command() { return std::make_unique<VerdictCommand>(); }

}  // namespace assay::cli
