#include <CLI/CLI.hpp>

#include "base/units.h"
#include "cli/command.h"
#include "cli/gate_options.h"
#include "cli/gate_run.h"

namespace assay::cli {
namespace {

std::string check_duration(const std::string& text) {
  const auto duration = parse_duration(text);
  if (!duration) return duration.error();
  return *duration >= std::chrono::seconds(1) ? "" : "\"" + text + "\" is too short to watch anything";
}

class WatchCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    gate_.declare(parser);
    parser.add_option("--duration", duration_, "How long")
        ->check(check_duration, "")
        ->type_name("DURATION")
        ->default_str("what `load: { shape: none }` says, else 10m");
    options_.declare_output(parser);
  }

  ExitCode execute(const Context& context) override {
    gate_.watch = duration_.empty() ? Nanos{0} : *parse_duration(duration_);
    const std::optional<Gate> gate = read_gate_file(context, gate_);
    return gate ? run_gate(context, *gate, options_) : ExitCode::usage;
  }

 private:
  GateOptions gate_;
  std::string duration_;  // as written; empty: not given
  GateRunOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_watch_command() { return std::make_unique<WatchCommand>(); }

}  // namespace assay::cli
