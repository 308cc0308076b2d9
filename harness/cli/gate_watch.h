// Whether a gate has seen enough while it still runs: asks the circuit breaker every second and takes the
// looks when they are due. Lives as long as the run; the main thread only.
#pragma once
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/live_feed.h"
#include "config/gate_spec.h"
#include "engine/run.h"
#include "verdict/known_noise.h"
#include "verdict/looks.h"

namespace assay::cli {

class GateWatch {
 public:
  using Complete = std::function<void(RunResult&)>;

  // `feed` hears of looks. A segment of a run is only one part of what a look would need, so it
  // has none.
  // `complete`: adds what is not measured by the load, before a look; may be empty.
  GateWatch(const config::GateSpec& gate, verdict::KnownNoises known, const Segment& segment, LiveFeed& feed,
            Complete complete = {});

  // For engine::RunControl::enough.
  bool enough(const LiveSnapshot& snapshot, const engine::RunSoFar& so_far);

  // Whether somebody who watches has asked to end the run now.
  bool asked_to_stop(Nanos elapsed);

  // Without a load: when the next look is due, but for the one at the end, which is the verdict itself; and
  // that look, at what was measured until then. True: enough has been seen.
  std::optional<Nanos> next() const;
  bool look(Nanos elapsed, const RunResult& measured);

  // The looks that were taken, and why the run ended early.
  void note_in(RunResult& result) const;

 private:
  bool keeps_on(verdict::Advice advice);
  bool too_many_errors(const LiveSnapshot& snapshot);
  bool look_into(Nanos elapsed, const engine::RunSoFar& so_far);
  void stop(StopCause cause, Nanos at, std::string reason);

  const config::GateSpec& gate_;
  verdict::KnownNoises known_;  // from a store, for the looks
  LiveFeed& feed_;
  Complete complete_;
  std::vector<verdict::PlannedLook> planned_;
  std::vector<LookFacts> taken_;
  std::optional<EarlyStop> stopped_;
  std::array<LiveArm, kArmCount>
      warm_up_;  // counts up to the end of the second in which the first warm-up ends
};

}  // namespace assay::cli
