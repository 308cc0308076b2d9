// Carries a CommandAsk out: a child process in a process group of its own, without a shell, with nothing on
// its standard input. It is over when the program has ended, even if something that it started still holds
// its output; at the time limit, or when the ask is abandoned, the whole group is killed.
#pragma once
#include <functional>
#include <memory>

#include "client/ask.h"
#include "client/watcher.h"

namespace assay::client {

std::unique_ptr<Transfer> run_command(const CommandAsk& ask, Nanos timeout, Watcher& watcher,
                                      std::function<void(Answer)> done);

}  // namespace assay::client
