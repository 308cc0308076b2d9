// The whole way of one run: plan, measure, judge, store, report. Shared by `run` and `demo`.
#pragma once
#include <string>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/gate.h"
#include "cli/live_views.h"
#include "cli/metric_servers.h"
#include "cli/run_options.h"
#include "cli/run_output.h"
#include "cli/saving.h"

namespace assay::cli {

struct GateRunOptions {
  RunOptions run;
  RunOutput report;
  LiveOptions live;
  MetricServers servers;
  std::string out;     // the run directory; empty: one under assay-runs/
  SaveOptions saving;  // declared by the command, where it makes sense

  void declare(CLI::App& parser);
  void declare_output(CLI::App& parser);  // what does not say how load is offered
};

ExitCode run_gate(const Context& context, const Gate& gate, const GateRunOptions& options);

}  // namespace assay::cli
