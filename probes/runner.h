// The one thread of the probes: repeats them while load runs, or carries those out that run once beside it.
// Owns its client, so that it shares no connection and no lock with what generates load. Made, stopped and
// destroyed by one other thread.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"
#include "client/guardian.h"
#include "model/probe_result.h"
#include "probes/beside_load.h"
#include "probes/evidence.h"
#include "probes/probe.h"
#include "probes/probe_board.h"
#include "probes/repetition.h"

namespace assay::probes {

// Of probes that run once beside load, from its first moment on.
struct LoadAhead {
  TimePoint begins{};
  client::Guardian* guardian = nullptr;  // takes faults back should this process be killed; may be null
  int stop_fd = -1;                      // once it is readable, stop() waits for no alert any more; -1: none
};

class Runner {
 public:
  // The first ticks are due at once. `probes` and `board` (null: none) must outlive it.
  static Expected<std::unique_ptr<Runner>, SystemError> start(std::span<const Probe* const> probes,
                                                              const Epoch& epoch,
                                                              ProbeBoard* board = nullptr);
  static Expected<std::unique_ptr<Runner>, SystemError> start_beside(std::span<const Probe* const> probes,
                                                                     const Epoch& epoch,
                                                                     const LoadAhead& load,
                                                                     ProbeBoard* board = nullptr);
  ~Runner();  // without a stop(): drops what is under way
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Makes the last ticks and waits for what is under way, at most for the longest timeout; where a fault was
  // brought about, until it is taken back and its alert is over. `at_once`: it is only taken back.
  void stop(bool at_once = false);
  // After stop(); in the order of `probes`.
  std::vector<ProbeResult> results(const Surroundings& surroundings) const;

 private:
  struct State;
  explicit Runner(std::unique_ptr<State> state);
  static Expected<std::unique_ptr<Runner>, SystemError> prepared(const Epoch& epoch);
  void run();
  std::unique_ptr<State> state_;
};

}  // namespace assay::probes
