// `assay probe --watch`: the probes again and again until interrupted, with their latest results as metrics.
#pragma once
#include <span>
#include <string>

#include "base/clock.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "probes/probe.h"

namespace assay::cli {

struct ProbeWatchOptions {
  Nanos interval{std::chrono::seconds(15)};
  std::string listen = "127.0.0.1:9464";  // empty: no metrics
};

// Says on standard output when the state of a probe changes.
ExitCode watch_probes(const Context& context, std::span<const probes::Probe* const> chosen,
                      const ProbeWatchOptions& options);

}  // namespace assay::cli
