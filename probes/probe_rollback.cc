#include "probes/probe_rollback.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/units.h"
#include "probes/tick_order.h"
#include "probes/version_change.h"

namespace assay::probes {
namespace {

// A way back that loses requests makes things worse just when it is needed, so no `tolerate` excuses it.
void judge_errors(std::span<const Tick> ticks, Judgement& judgement) {
  const std::vector<const Tick*> order = in_order(ticks);
  const auto is_failed = [](const Tick* tick) { return tick->state == ProbeState::fail; };
  const auto first = std::find_if(order.begin(), order.end(), is_failed);
  const auto failed = static_cast<std::uint64_t>(std::count_if(order.begin(), order.end(), is_failed));
  std::string observed = "none";
  if (failed > 0) {
    observed = fmt::format("{} of {}, the first at {}: {}", format_count(failed), format_count(order.size()),
                           moment_text((*first)->due), (*first)->cause.empty() ? "failed" : (*first)->cause);
  }
  judgement.require(failed == 0, "failed ticks during the rollback", "none", std::move(observed));
}

void over_time(const Probe& probe, std::span<const Tick> ticks, const LoadFacts&, Judgement& judgement) {
  judge_version_change(probe.settings<VersionChange>(), ticks, judgement);
  judge_errors(ticks, judgement);
}

}  // namespace

const Kind kRollback{
    .form = {.name = "rollback",
             .keys = kVersionChangeKeys,
             .read = read_version_change,
             .usual_phase = ProbePhase::continuous},
    .purpose = "the old version is back on all instances in time, without one failed request",
    .next = next_versions,
    .judge = judge_versions,
    .over_time = over_time,
    .new_connections = true};

}  // namespace assay::probes
