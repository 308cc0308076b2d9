// From arguments to a command: parses, answers --help and --version, reports wrong usage with what to do.
#pragma once
#include "cli/context.h"
#include "cli/exit_code.h"

namespace assay::cli {

ExitCode run_command_line(const Context& context);

}  // namespace assay::cli
