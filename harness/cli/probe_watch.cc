#include "cli/probe_watch.h"

#include <fmt/format.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include "base/utc.h"
#include "cli/interrupts.h"
#include "cli/metrics_endpoint.h"
#include "client/client.h"
#include "probes/kind.h"
#include "probes/watch.h"
#include "reports/probe_metrics.h"
#include "reports/table.h"

namespace assay::cli {
namespace {

class StateChanges {
 public:
  explicit StateChanges(const Context& context) : context_(context) {}

  void note(const ProbeResult& result) {
    const auto [known, first] = states_.try_emplace(result.name, result.state);
    if (!first && known->second == result.state) return;
    const std::string before = first ? "" : fmt::format("{} -> ", name(known->second));
    known->second = result.state;
    context_.out << fmt::format("{} {}: {}{}: {}\n", result.started_utc, reports::printable(result.name),
                                before, name(result.state), reports::printable(result.reason))
                 << std::flush;
  }

 private:
  const Context& context_;
  std::map<std::string, ProbeState> states_;
};

// What may do harm is not repeated without end.
std::vector<const probes::Probe*> harmless(const Context& context,
                                           std::span<const probes::Probe* const> chosen) {
  std::vector<const probes::Probe*> kept;
  for (const probes::Probe* probe : chosen) {
    if (!probe->kind->form.dangerous) {
      kept.push_back(probe);
      continue;
    }
    context.err << fmt::format("assay: probe {} is left out: it may disturb its target\n", probe->spec.name);
  }
  return kept;
}

}  // namespace

ExitCode watch_probes(const Context& context, std::span<const probes::Probe* const> chosen,
                      const ProbeWatchOptions& options) {
  Interrupts interrupts;  // before any thread
  const auto client = client::Client::create();
  if (!client) {
    context.err << "assay: " << client.error().message() << '\n';
    return ExitCode::invalid;
  }
  reports::ProbeMetrics metrics;
  std::unique_ptr<MetricsEndpoint> endpoint;
  if (!options.listen.empty()) {
    endpoint = MetricsEndpoint::open(context, options.listen, metrics.registry());
    if (!endpoint) return ExitCode::invalid;
  }
  StateChanges changes(context);
  const probes::Epoch epoch;
  const std::vector<const probes::Probe*> watched = harmless(context, chosen);
  if (watched.empty()) {
    context.err << "assay: no probe is left to watch\n";
    return ExitCode::usage;
  }
  probes::Watch watch(watched, **client, epoch, options.interval, [&](const ProbeResult& result) {
    metrics.update(result);
    changes.note(result);
  });
  watch.begin();
  while (!interrupts.came()) (*client)->turn(Clock::now() + std::chrono::seconds(1), interrupts.fd());
  return interrupted_exit(interrupts.take());
}

}  // namespace assay::cli
