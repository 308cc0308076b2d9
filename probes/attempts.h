// One probe carried out once, with its retries. Lives until `done`; the thread of its client only.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "client/client.h"
#include "model/probe_result.h"
#include "probes/evidence.h"
#include "probes/probe_board.h"
#include "probes/session.h"

namespace assay::probes {

class Attempts {
 public:
  // `done` may destroy it. What is handed over by reference outlives it.
  Attempts(const Probe& probe, client::Client& client, const Epoch& epoch,
           std::function<void(ProbeResult)> done);
  void begin();
  // No further attempt, and nothing more in this one but what undoes the rest.
  void give_up();
  // Load begins beside it, or is over.
  void load_runs(bool runs);
  // Before begin().
  void show_on(ProbeBoard* board) { board_ = board; }

 private:
  void attempt();
  void ended(Session& session);

  const Probe& probe_;
  client::Client& client_;
  const Epoch& epoch_;
  std::function<void(ProbeResult)> done_;
  ProbeResult result_;
  TimePoint started_{};
  std::unique_ptr<Session> session_;
  std::string first_reason_;
  bool gave_up_ = false;
  std::optional<bool> load_runs_;
  ProbeBoard* board_ = nullptr;
};

}  // namespace assay::probes
