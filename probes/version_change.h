// The change from one version to another, as answers on new connections show it: what the kinds `rollout` and
// `rollback` share. Pure.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/probe_form.h"
#include "probes/kind.h"
#include "probes/version_source.h"

namespace assay::probes {

inline constexpr std::string_view kVersionChangeKeys[] = {
    "path", "header", "json", "body", "from", "to", "instances", "converge_within", "mixed_ok"};

struct VersionChange final : config::ProbeSettings {
  VersionSource source;
  std::string from, to;
  std::optional<std::uint64_t> instances;  // absent: unknown, so one answer a tick must do
  std::optional<Nanos> converge_within;
  bool mixed_ok = true;  // both versions may answer until the change is complete
};

std::shared_ptr<const config::ProbeSettings> read_version_change(const config::ProbeReading& reading);

// One tick asks as many times as there are instances.
std::vector<client::Ask> next_versions(const Probe& probe, Exchanges so_far);
// Of one tick: every answer names one of both versions.
Judgement judge_versions(const Probe& probe, Exchanges all);

// Of all ticks. The change is complete when `instances` answers in a row showed `to`, and went on doing so: a
// run that is ended by `from` counts only where chance cannot explain it, and then `from` came back. Of an
// unknown number of instances nobody can tell a return from a mixture that lasts. The time counts from the
// last answer that was `from` alone, which is the earliest moment at which it can have begun.
void judge_version_change(const VersionChange& change, std::span<const Tick> ticks, Judgement& judgement);

}  // namespace assay::probes
