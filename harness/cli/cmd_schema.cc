#include <ostream>

#include "cli/command.h"
#include "config/schema.h"

namespace assay::cli {
namespace {

class SchemaCommand final : public Command {
 public:
  void declare(CLI::App&) override {}

  ExitCode execute(const Context& context) override {
    context.out << config::gate_schema();
    return ExitCode::pass;
  }
};

}  // namespace

std::unique_ptr<Command> make_schema_command() { return std::make_unique<SchemaCommand>(); }

}  // namespace assay::cli
