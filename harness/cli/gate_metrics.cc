#include "cli/gate_metrics.h"

#include "match/secret_search.h"
#include "probes/server_metrics.h"

namespace assay::cli {

GateMetrics::GateMetrics(const config::GateSpec& gate, const Interrupts& interrupts)
    : gate_(gate), interrupts_(interrupts), secrets_(match::secret_values(gate.secrets)) {}

void GateMetrics::put_into(RunResult& result) const {
  if (!gate_.server_metrics || !start_) return;
  probes::MetricTimes times{*start_};
  for (const LoadPhaseFacts& phase : result.load)
    times.judged.emplace_back(phase.start + phase.warm_up, phase.end);
  result.server_metrics =
      probes::collect_server_metrics(*gate_.server_metrics, times, secrets_, interrupts_.fd());
}

}  // namespace assay::cli
