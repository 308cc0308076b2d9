#include "probes/probe_board.h"

#include <algorithm>

namespace assay::probes {

ProbeBoard::ProbeBoard(std::span<const Probe> probes) {
  for (const Probe& probe : probes) {
    LiveProbe& live = probes_.emplace_back();
    live.name = probe.spec.name;
    live.kind = probe.spec.kind;
    live.phase = probe.spec.phase;
    live.severity = probe.spec.severity;
  }
}

LiveProbe* ProbeBoard::find(std::string_view name) {
  const auto found = std::ranges::find(probes_, name, &LiveProbe::name);
  return found == probes_.end() ? nullptr : &*found;
}

void ProbeBoard::ticked(const Probe& probe, ProbeState state, std::string_view words) {
  const std::lock_guard lock(mutex_);
  LiveProbe* live = find(probe.spec.name);
  if (live == nullptr) return;
  live->state = state;
  live->words = words;
  ++live->ticks;
  live->failed += state == ProbeState::fail ? 1 : 0;
}

void ProbeBoard::has_reached(const Probe& probe, std::string_view where) {
  const std::lock_guard lock(mutex_);
  if (LiveProbe* live = find(probe.spec.name)) live->words = where;
}

void ProbeBoard::ended(const ProbeResult& result) {
  const std::lock_guard lock(mutex_);
  LiveProbe* live = find(result.name);
  if (live == nullptr) return;
  live->state = result.state;
  live->words = result.reason;
}

std::vector<LiveProbe> ProbeBoard::read() const {
  const std::lock_guard lock(mutex_);
  return probes_;
}

}  // namespace assay::probes
