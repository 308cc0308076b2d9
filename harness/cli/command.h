// One subcommand: declares its options to the parser, then runs with what the parser stored. One object for
// each invocation; its option structs are default-constructed, so `--help` cannot lie about defaults.
#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "cli/context.h"
#include "cli/exit_code.h"

namespace CLI {
class App;
}

namespace assay::cli {

class Command {
 public:
  virtual ~Command() = default;
  virtual void declare(CLI::App& parser) = 0;
  virtual ExitCode execute(const Context& context) = 0;
};

struct CommandEntry {
  std::string_view name;
  std::string_view purpose;
  std::string_view example;
  std::unique_ptr<Command> (*make)();
};

std::span<const CommandEntry> commands();

std::unique_ptr<Command> make_run_command();
std::unique_ptr<Command> make_watch_command();
std::unique_ptr<Command> make_probe_command();
std::unique_ptr<Command> make_explain_command();
std::unique_ptr<Command> make_report_command();
std::unique_ptr<Command> make_verdict_command();
std::unique_ptr<Command> make_merge_command();
std::unique_ptr<Command> make_compare_command();
std::unique_ptr<Command> make_baseline_command();
std::unique_ptr<Command> make_schema_command();
std::unique_ptr<Command> make_demo_command();
std::unique_ptr<Command> make_demo_target_command();

}  // namespace assay::cli
