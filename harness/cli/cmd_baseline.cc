#include <CLI/CLI.hpp>
#include <array>
#include <vector>

#include "cli/baseline_commands.h"

namespace assay::cli {
namespace {

class BaselineCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.require_subcommand(1);
    for (const CommandEntry& entry : baseline_commands()) {
      CLI::App* sub = parser.add_subcommand(std::string(entry.name), std::string(entry.purpose));
      sub->footer("Example:\n  " + std::string(entry.example) + "\n");
      chosen_.push_back(sub);
      commands_.push_back(entry.make());
      commands_.back()->declare(*sub);
    }
  }

  ExitCode execute(const Context& context) override {
    for (std::size_t i = 0; i < commands_.size(); ++i)
      if (chosen_[i]->parsed()) return commands_[i]->execute(context);
    return ExitCode::usage;  // the parser requires one
  }

 private:
  std::vector<const CLI::App*> chosen_;
  std::vector<std::unique_ptr<Command>> commands_;  // in the order of the table
};

}  // namespace

std::span<const CommandEntry> baseline_commands() {
  static constexpr std::array<CommandEntry, 9> kCommands = {{
      {"save", "Keep a judged run, unless it is invalid",
       "assay baseline save assay-runs/20260214T090000Z-shop --name release-1.2 --keep 50",
       make_baseline_save_command},
      {"list", "List stored runs, newest first", "assay baseline list shop", make_baseline_list_command},
      {"show", "Show one stored run: where it was measured, how it was judged, its numbers",
       "assay baseline show release-1.2", make_baseline_show_command},
      {"pin", "Make a run the fixed reference of its gate, against slow decline over many releases",
       "assay baseline pin release-1.0", make_baseline_pin_command},
      {"unpin", "Let a run be one of many again", "assay baseline unpin release-1.0",
       make_baseline_unpin_command},
      {"remove", "Remove runs from the store", "assay baseline remove 3fa9c1d20b7e5566",
       make_baseline_remove_command},
      {"export", "Write stored runs with their results as text, one line each",
       "assay baseline export --gate shop --out shop.jsonl", make_baseline_export_command},
      {"import", "Take runs from such a text; those that are there already stay as they are",
       "assay baseline import shop.jsonl --store postgres://ci@db.example/assay",
       make_baseline_import_command},
      {"noise", "Say how often a gate cried wolf at identical code, and what its noise is",
       "assay baseline noise shop", make_baseline_noise_command},
  }};
  return kCommands;
}

std::unique_ptr<Command> make_baseline_command() { return std::make_unique<BaselineCommand>(); }

}  // namespace assay::cli
