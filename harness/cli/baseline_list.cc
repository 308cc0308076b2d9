#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ostream>

#include "cli/baseline_commands.h"
#include "cli/measure_text.h"
#include "cli/store_choice.h"
#include "reports/table.h"
#include "verdict/wording.h"

namespace assay::cli {
namespace {

std::string arms_text(const StoredRun& run) {
  if (run.same_build) return run.two_instances ? "A/A, 2 instances" : "A/A";
  return run.arms == 1 ? "1 arm" : "2 arms";
}

class ListCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("GATE", gate_, "Only runs of the gate with this name")->type_name("");
    store_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    auto store = open_store(context, store_.location(context), store::Missing::refuse);
    if (!store) return ExitCode::invalid;
    const auto runs = value_or_report(context, store->list({.gate = gate_}));
    if (!runs) return ExitCode::invalid;
    using reports::Align;
    reports::Table table({Align::left, Align::left, Align::left, Align::left, Align::left, Align::left,
                          Align::left, Align::left});
    table.add({"id", "started", "gate", "verdict", "arms", "judged", "environment", "name"});
    for (const StoredRun& run : *runs) {
      table.add({run.id, run.started_utc, run.key.gate, std::string(name(run.grade)), arms_text(run),
                 load_text(run.measures.seconds, run.measures.requests_per_s),
                 run.key.environment_hash.substr(0, 8),
                 reports::printable(run.name) + (run.pinned ? " (pinned)" : "")});
    }
    if (!runs->empty()) context.out << table.text();
    context.err << fmt::format("{} in {}\n", verdict::counted(runs->size(), "run"), store->shown());
    return ExitCode::pass;
  }

 private:
  std::string gate_;
  StoreChoice store_;
};

}  // namespace

std::unique_ptr<Command> make_baseline_list_command() { return std::make_unique<ListCommand>(); }

}  // namespace assay::cli
