// LiveSink: somebody who shows a run while it goes on. Called on the main thread, between the run's seconds:
// it returns soon, and what takes long it leaves to a thread of its own.
#pragma once
#include <functional>
#include <optional>
#include <string_view>

#include "model/live_run.h"
#include "model/run_result.h"

namespace assay::cli {

// What was measured so far, as if the run ended now. Costs more the longer the run, so it is made on demand.
// Nothing: it cannot be had now.
using ResultSoFar = std::function<std::optional<RunResult>()>;

// What people who watch have asked for so far; nothing is ever taken back.
struct Wishes {
  bool stop = false;    // end it now
  bool extend = false;  // do not give it up while it may go on
};

class LiveSink {
 public:
  LiveSink() = default;
  LiveSink(const LiveSink&) = delete;
  LiveSink& operator=(const LiveSink&) = delete;
  virtual ~LiveSink() = default;

  virtual void begin(const LiveRun& /*run*/) {}  // once, before anything else: what is known already
  virtual void show(const LiveRun& run, const ResultSoFar& result) = 0;  // once a second
  virtual void say(std::string_view /*news*/) {}  // something happened: a look, an abort
  virtual void finish() {}                        // the load is over
  virtual Wishes wishes() const { return {}; }
};

}  // namespace assay::cli
