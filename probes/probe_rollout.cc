#include "probes/probe_rollout.h"

#include "probes/version_change.h"

namespace assay::probes {
namespace {

void over_time(const Probe& probe, std::span<const Tick> ticks, const LoadFacts&, Judgement& judgement) {
  judge_version_change(probe.settings<VersionChange>(), ticks, judgement);
}

}  // namespace

const Kind kRollout{.form = {.name = "rollout",
                             .keys = kVersionChangeKeys,
                             .read = read_version_change,
                             .usual_phase = ProbePhase::continuous},
                    .purpose = "all instances change to the new version in time, and stay there",
                    .next = next_versions,
                    .judge = judge_versions,
                    .over_time = over_time,
                    .new_connections = true};

}  // namespace assay::probes
