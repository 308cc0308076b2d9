// Probes that are carried out once, on the calling thread: all at the same time, except those that may
// disturb the others, which come last and one by one.
#pragma once
#include <functional>
#include <span>
#include <vector>

#include "client/client.h"
#include "model/probe_result.h"
#include "probes/evidence.h"
#include "probes/probe.h"

namespace assay::probes {

// In the order of `probes`. Becomes readable: `stop_fd` (-1: none) ends everything early; what was not
// answered then is an error.
std::vector<ProbeResult> run_once(std::span<const Probe* const> probes, client::Client& client,
                                  const Epoch& epoch, int stop_fd);

}  // namespace assay::probes
