#include <CLI/CLI.hpp>

#include "cli/command.h"
#include "cli/gate_options.h"
#include "cli/gate_run.h"

namespace assay::cli {
namespace {

class RunCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    gate_.declare(parser);
    gate_.declare_arms(parser);
    options_.declare(parser);
    options_.saving.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    const std::optional<Gate> gate = read_gate_file(context, gate_);
    return gate ? run_gate(context, *gate, options_) : ExitCode::usage;
  }

 private:
  GateOptions gate_;
  GateRunOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_run_command() { return std::make_unique<RunCommand>(); }

}  // namespace assay::cli
