// What the probes have seen so far, for whoever shows a run while it goes on. Written by the threads that
// carry probes out, read by another: every call locks for a few copies.
#pragma once
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/live_run.h"
#include "probes/probe.h"

namespace assay::probes {

class ProbeBoard {
 public:
  explicit ProbeBoard(std::span<const Probe> probes);

  // A probe that is repeated made another tick; `words` says what was wrong, if anything was.
  void ticked(const Probe& probe, ProbeState state, std::string_view words);
  // One that watches for long has got so far: "pending".
  void has_reached(const Probe& probe, std::string_view where);
  // One is over.
  void ended(const ProbeResult& result);

  std::vector<LiveProbe> read() const;  // in the order of the probes

 private:
  LiveProbe* find(std::string_view name);

  mutable std::mutex mutex_;
  std::vector<LiveProbe> probes_;
};

}  // namespace assay::probes
