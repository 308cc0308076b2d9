// The one thread of the probes: repeats them while load runs. Owns its client, so that it shares no
// connection and no lock with what generates load. Made, stopped and destroyed by one other thread.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "base/expected.h"
#include "base/system_error.h"
#include "model/probe_result.h"
#include "probes/evidence.h"
#include "probes/probe.h"
#include "probes/repetition.h"

namespace assay::probes {

class Runner {
 public:
  // The first ticks are due at once. `probes` must outlive it.
  static Expected<std::unique_ptr<Runner>, SystemError> start(std::span<const Probe* const> probes,
                                                              const Epoch& epoch);
  ~Runner();  // without a stop(): drops what is under way
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Makes the last ticks and waits for what is under way, at most for the longest timeout.
  void stop();
  // After stop(); in the order of `probes`.
  std::vector<ProbeResult> results(const Surroundings& surroundings) const;

 private:
  struct State;
  explicit Runner(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace assay::probes
