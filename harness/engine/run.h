// Carries out a RunPlan: starts the workers, waits, merges what they measured. Called on the main thread;
// blocks until the run has ended.
#pragma once
#include <filesystem>
#include <functional>

#include "base/expected.h"
#include "base/system_error.h"
#include "engine/run_ledger.h"
#include "engine/run_plan.h"
#include "model/live_snapshot.h"
#include "model/run_result.h"

namespace assay::engine {

// What a run has measured while it goes on. The main thread only.
class RunSoFar {
 public:
  RunSoFar(const RunPlan& plan, const RunLedger& ledger) : plan_(plan), ledger_(ledger) {}

  Nanos settled() const { return ledger_.settled(); }  // at; everything intended before it has ended
  // Steps, load and the judged series (counts, slots, the times of the slot metrics) as if the run had ended
  // at `until` (at most settled()), where no phase counts iterations. Takes a time that grows with the run.
  Expected<RunResult, SystemError> measured(Nanos until) const;
  const GeneratorHealth& health() const { return ledger_.health(); }  // of all seconds so far

 private:
  const RunPlan& plan_;
  const RunLedger& ledger_;
};

// How the caller watches and stops a run. The callbacks are called on the main thread.
struct RunControl {
  int interrupt_fd = -1;                    // readable: stop now; -1: cannot be interrupted
  std::function<int()> interrupted_by;      // which signal it was; called once, after interrupt_fd
  std::function<void(TimePoint)> on_start;  // with the moment from which "at" times count; may be empty
  std::function<void(const LiveSnapshot&, const RunSoFar&)> on_snapshot;  // once a second; may be empty
  // Asked after each second, with what on_snapshot would show; true: nothing more is offered, what is under
  // way may end. May be empty.
  std::function<bool(const LiveSnapshot&, const RunSoFar&)> enough;
  std::filesystem::path directory;  // where slots may be kept until the end; empty: in memory
};

// The result's measured parts (targets, steps, load, series, failures, health, duration, started_utc, seed,
// segment, slot_length, interrupted_by) are filled; identity, gate text and environment are the caller's. The
// error is what the machine could not do before any load was offered: a file limit, a TLS file that cannot be
// read.
Expected<RunResult, SystemError> run(const RunPlan& plan, const RunControl& control);

}  // namespace assay::engine
