// Puts together what is known of a run while it goes on, and tells everybody who shows it. The main thread
// only.
#pragma once
#include <cstdint>
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
  // `about`: what does not change while it goes on. What is handed over by reference outlives this.
  LiveFeed(LiveRun about, const probes::ProbeBoard& board) : run_(std::move(about)), board_(board) {}
  void add(LiveSink& sink) { sinks_.push_back(&sink); }

  void began(std::string started_utc, std::uint64_t seed) {
    run_.started_utc = std::move(started_utc);
    run_.seed = seed;
  }
  void second(const LiveSnapshot& snapshot, const ResultSoFar& result);
  void say(const std::string& news);
  void looked(const LookRow& row, verdict::Advice advice);
  void looks_next(std::optional<Nanos> at) { run_.next_look = at; }
  void finish();

 private:
  LiveRun run_;
  const probes::ProbeBoard& board_;
  std::vector<LiveSink*> sinks_;
};

}  // namespace assay::cli
