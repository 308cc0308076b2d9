// A probe that is repeated: ticks at fixed times, whatever became of the ones before (an open loop), each on
// a new connection and, where it speaks HTTP, on a kept one as well. The thread of its client only.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "client/client.h"
#include "model/probe_result.h"
#include "probes/evidence.h"
#include "probes/outages.h"
#include "probes/probe_board.h"
#include "probes/session.h"

namespace assay::probes {

// What a repeated probe is judged with besides its own ticks.
struct Surroundings {
  std::vector<PhaseMark> marks;
  std::map<Arm, std::vector<LoadFailures>> failures;
  std::map<Arm, LoadFacts> load;
};

class Repetition {
 public:
  // `board` (null: none) hears of every tick.
  Repetition(const Probe& probe, client::Client& client, const Epoch& epoch, ProbeBoard* board = nullptr);

  void begin();  // with the first tick, now
  void stop();   // with the last tick, now
  bool idle() const { return under_way_.empty(); }
  ProbeResult result(const Surroundings& surroundings) const;

 private:
  void schedule();
  void tick(TimePoint due);
  void start(TimePoint due, bool reused);
  void ended(std::uint64_t id, TimePoint due, bool reused);
  void keep_evidence(const Session& session, const Judgement& judgement);

  const Probe& probe_;
  client::Client& client_;
  const Epoch& epoch_;
  ProbeBoard* board_;
  bool on_kept_connections_;  // too
  bool stopped_ = false;
  TimePoint next_due_{};
  std::uint64_t ids_ = 0;
  std::map<std::uint64_t, std::unique_ptr<Session>> under_way_;
  std::vector<Tick> ticks_;
  ProbeResult sample_;  // of the first tick that did not pass, else of the first one
};

}  // namespace assay::probes
