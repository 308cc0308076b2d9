// The command that makes a run again, as one would type it. Pure.
#pragma once
#include <string>
#include <string_view>

#include "model/run_result.h"

namespace assay::reports {

// A word for a POSIX shell: as it is where nothing in it means anything there, else in quotes.
std::string shell_word(std::string_view word);

// The command line of the run; with its seed, where that was not asked for but drawn.
std::string command_text(const RunResult& result);

}  // namespace assay::reports
