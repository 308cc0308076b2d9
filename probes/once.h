// Probes that are carried out once, on the calling thread: all at the same time, except those that may
// disturb the others, which come last and one by one.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"
#include "client/client.h"
#include "client/guardian.h"
#include "model/probe_result.h"
#include "probes/evidence.h"
#include "probes/probe.h"
#include "probes/probe_board.h"

namespace assay::probes {

// Where one of them brings a fault about: a process that takes it back should this one be killed; else null.
// Forks, so it comes before any thread.
Expected<std::unique_ptr<client::Guardian>, SystemError> guardian_for(std::span<const Probe* const> probes);

// In the order of `probes`. Becomes readable: `stop_fd` (-1: none) ends everything early; what was not
// answered then is an error. `board` (null: none) hears of each that is over.
std::vector<ProbeResult> run_once(std::span<const Probe* const> probes, client::Client& client,
                                  const Epoch& epoch, int stop_fd, ProbeBoard* board = nullptr);

}  // namespace assay::probes
