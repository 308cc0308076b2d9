#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>
#include <utility>

#include "cli/command.h"
#include "cli/gate_options.h"
#include "cli/gate_run.h"
#include "demo/demo_gates.h"
#include "demo/target_server.h"

namespace assay::cli {
namespace {

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const demo::DemoScenario& scenario : demo::demo_scenarios()) names.emplace_back(scenario.name);
  return names;
}

std::string scenario_help() {
  std::string text = "What the candidate does:";
  for (const demo::DemoScenario& scenario : demo::demo_scenarios()) {
    text += fmt::format("\n{} ({})", scenario.name, scenario.description);
  }
  return text;
}

using Server = Expected<std::unique_ptr<demo::TargetServer>, SystemError>;

class DemoCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("SCENARIO", scenario_, scenario_help())
        ->check(CLI::IsMember(scenario_names()).description(""))
        ->type_name("");
    options_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    constexpr std::uint64_t kTargetSeed = 1;
    demo::DemoPlan plan = demo::demo_plan(scenario_, options_.run.seed.value_or(kTargetSeed)).value();
    const Server candidate = demo::TargetServer::start(std::move(plan.candidate));
    const Server baseline = demo::TargetServer::start(std::move(plan.baseline));
    for (const Server* server : {&candidate, &baseline}) {
      if (*server) continue;
      context.err << "assay: " << server->error().message() << '\n';
      return ExitCode::invalid;
    }
    context.err << fmt::format("demo {}: {}\n", scenario_, plan.scenario.description);
    config::ReadOptions gate_options;
    gate_options.targets = {{"candidate", candidate.value()->url()}, {"baseline", baseline.value()->url()}};
    const std::optional<Gate> gate =
        read_gate_text(context, "demo.yaml", std::move(plan.gate_text), gate_options);
    return gate ? run_gate(context, *gate, options_) : ExitCode::internal;
  }

 private:
  std::string scenario_ = "pass";
  GateRunOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_demo_command() { return std::make_unique<DemoCommand>(); }

}  // namespace assay::cli
