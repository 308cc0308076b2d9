#include <CLI/CLI.hpp>

#include "cli/baseline_commands.h"
#include "cli/gate_options.h"
#include "cli/run_identity.h"
#include "cli/saving.h"
#include "cli/stored_runs.h"

namespace assay::cli {
namespace {

class SaveCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("RUN", run_, "A run directory; it is not changed")->required()->type_name("");
    parser.add_option("--name", options_.name, "What to call the stored run")->type_name("TEXT");
    options_.store.declare(parser);
    options_.keep.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    std::optional<RunRecord> record = load_run(context, run_);
    if (!record) return ExitCode::usage;
    const std::optional<Gate> gate = read_judging_gate(context, record->result, "");
    if (!gate) return ExitCode::usage;
    if (record->result.scenario_hash.empty()) note_identity(record->result, gate->spec);
    auto store = open_store(context, options_.location(context, gate->spec), store::Missing::create);
    if (!store) return ExitCode::invalid;
    switch (save_run(context, *store, *record, gate->spec, options_)) {
      case Saved::done:
      case Saved::was_there:
        return ExitCode::pass;
      case Saved::refused:
        return ExitCode::usage;
      case Saved::failed:
        break;
    }
    return ExitCode::invalid;
  }

 private:
  std::string run_;
  SaveOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_baseline_save_command() { return std::make_unique<SaveCommand>(); }

}  // namespace assay::cli
