// Puts together what is known of a run while it goes on, and tells everybody who shows it. The main thread
// only.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/live_sink.h"
#include "model/live_run.h"
#include "probes/probe_board.h"
#include "verdict/looks.h"

namespace assay::cli {

class LiveFeed {
 public:
  using Complete = std::function<void(RunResult&)>;

  // `about`: what does not change while it goes on. `complete`: adds to what was measured so far what the
  // load does not know; may be empty. What is handed over by reference outlives this.
  LiveFeed(LiveRun about, const probes::ProbeBoard& board, Complete complete = {})
      : run_(std::move(about)), board_(board), complete_(std::move(complete)) {}
  void add(LiveSink& sink);

  void began(std::string started_utc, std::uint64_t seed) {
    run_.started_utc = std::move(started_utc);
    run_.seed = seed;
  }
  void second(const LiveSnapshot& snapshot, const ResultSoFar& result);
  void say(const std::string& news);
  void looked(const LookRow& row, verdict::Advice advice);
  void looks_next(std::optional<Nanos> at) { run_.next_look = at; }
  void refuse(std::string stop, std::string extend) {
    run_.stop_refused = std::move(stop);
    run_.extend_refused = std::move(extend);
  }
  Wishes wishes() const;  // of everybody
  void finish();

 private:
  LiveRun run_;
  const probes::ProbeBoard& board_;
  Complete complete_;
  std::vector<LiveSink*> sinks_;
};

}  // namespace assay::cli
