#include <CLI/CLI.hpp>
#include <ostream>

#include "cli/command.h"
#include "cli/explanation.h"
#include "cli/gate_options.h"
#include "cli/run_options.h"

namespace assay::cli {
namespace {

class ExplainCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    gate_.declare(parser);
    run_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    const std::optional<Gate> gate = read_gate_file(context, gate_);
    if (!gate) return ExitCode::usage;
    context.out << explanation(gate->spec, run_);
    return ExitCode::pass;
  }

 private:
  GateOptions gate_;
  RunOptions run_;
};

}  // namespace

std::unique_ptr<Command> make_explain_command() { return std::make_unique<ExplainCommand>(); }

}  // namespace assay::cli
