// What one worker measured, handed to the main thread after the join and merged into the RunResult.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/recorder.h"
#include "engine/run_plan.h"
#include "model/run_result.h"

namespace assay::engine {

struct WorkerResult {
  Recorder::Recorded recorded;
  std::vector<LoadPhaseFacts> phases;
  std::uint64_t peak_in_flight = 0, iterations_completed = 0;
  struct ArmFacts {
    std::optional<TlsFacts> tls;
    std::uint64_t connections_opened = 0, stale_retries = 0;
  };
  std::array<ArmFacts, kArmCount> arms;  // by Arm
  Nanos last_done{0};                    // at
};

// With what is known before anything is measured: seed, segment, slot length, steps.
RunResult empty_result(const RunPlan& plan);

// Fills the measured parts of a RunResult (engine/run.h says which) from all workers and what they told
// before.
RunResult merge_workers(const RunPlan& plan, std::vector<WorkerResult> workers, GeneratorHealth health);

}  // namespace assay::engine
