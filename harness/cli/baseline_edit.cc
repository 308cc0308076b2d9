// Pin, unpin and remove: small changes of runs that are there.
#include <CLI/CLI.hpp>
#include <ostream>
#include <vector>

#include "cli/baseline_commands.h"
#include "cli/store_choice.h"

namespace assay::cli {
namespace {

bool succeeded(const Context& context, const Expected<void, SystemError>& done) {
  if (!done) context.err << "assay: " << done.error().message() << '\n';
  return done.has_value();
}

class PinCommand final : public Command {
 public:
  explicit PinCommand(bool pin) : pin_(pin) {}

  void declare(CLI::App& parser) override {
    parser.add_option("RUN", run_, "The id of a stored run (its start is enough) or its name")
        ->required()
        ->type_name("");
    parser.add_option("--name", name_, "What to call the run from now on")->type_name("TEXT");
    store_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    auto store = open_store(context, store_.location(context), store::Missing::refuse);
    if (!store) return ExitCode::invalid;
    const auto run = find_run(context, *store, run_);
    if (!run) return ExitCode::usage;
    if (!succeeded(context, store->set_pinned(run->id, pin_, name_))) return ExitCode::invalid;
    context.err << (pin_ ? "pinned " : "no longer pinned: ") << run->id << '\n';
    return ExitCode::pass;
  }

 private:
  bool pin_;
  std::string run_, name_;
  StoreChoice store_;
};

class RemoveCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("RUN", runs_, "Ids (their starts are enough) or names of stored runs")
        ->required()
        ->type_name("");
    store_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    auto store = open_store(context, store_.location(context), store::Missing::refuse);
    if (!store) return ExitCode::invalid;
    std::vector<StoredRun> found;  // all of them before any is removed
    for (const std::string& reference : runs_) {
      auto run = find_run(context, *store, reference);
      if (!run) return ExitCode::usage;
      found.push_back(*std::move(run));
    }
    for (const StoredRun& run : found) {
      if (!succeeded(context, store->remove(run.id))) return ExitCode::invalid;
      context.err << "removed " << run.id << '\n';
    }
    return ExitCode::pass;
  }

 private:
  std::vector<std::string> runs_;
  StoreChoice store_;
};

}  // namespace

std::unique_ptr<Command> make_baseline_pin_command() { return std::make_unique<PinCommand>(true); }
std::unique_ptr<Command> make_baseline_unpin_command() { return std::make_unique<PinCommand>(false); }
std::unique_ptr<Command> make_baseline_remove_command() { return std::make_unique<RemoveCommand>(); }

}  // namespace assay::cli
