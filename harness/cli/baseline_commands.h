// The commands below `assay baseline`, one file each or one for those that are alike; cmd_baseline.cc lists
// them.
#pragma once
#include <span>

#include "cli/command.h"

namespace assay::cli {

std::span<const CommandEntry> baseline_commands();

std::unique_ptr<Command> make_baseline_save_command();
std::unique_ptr<Command> make_baseline_list_command();
std::unique_ptr<Command> make_baseline_show_command();
std::unique_ptr<Command> make_baseline_pin_command();
std::unique_ptr<Command> make_baseline_unpin_command();
std::unique_ptr<Command> make_baseline_remove_command();
std::unique_ptr<Command> make_baseline_import_command();
std::unique_ptr<Command> make_baseline_export_command();
std::unique_ptr<Command> make_baseline_noise_command();

}  // namespace assay::cli
