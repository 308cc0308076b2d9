// What was asked and answered, as a result keeps it: redacted, clipped, with times since the probes began.
// Pure.
#pragma once
#include <chrono>
#include <vector>

#include "base/clock.h"
#include "model/probe_result.h"
#include "probes/kind.h"

namespace assay::probes {

// The moment from which "at" times count.
struct Epoch {
  TimePoint moment = Clock::now();
  std::chrono::system_clock::time_point wall = std::chrono::system_clock::now();
};

// Everything that does not depend on the answers.
ProbeResult result_of(const Probe& probe);

std::vector<ProbeExchange> evidence_of(const Probe& probe, Exchanges exchanges, std::uint32_t attempt,
                                       const Epoch& epoch);
// State, reason and facts, the worst first; milestones in time.
void put_judgement(const Probe& probe, const Judgement& judgement, const Epoch& epoch, ProbeResult& into);

}  // namespace assay::probes
