// A run that goes on, on standard error.
#pragma once
#include "cli/context.h"
#include "cli/live_sink.h"
#include "reports/progress_line.h"

namespace assay::cli {

class LiveTerminal final : public LiveSink {
 public:
  explicit LiveTerminal(const Context& context) : progress_(context.err, context.err_is_terminal) {}

  void show(const LiveRun& run, const ResultSoFar& /*result*/) override { progress_.show(run.now); }
  void say(std::string_view news) override { progress_.say(news); }
  void finish() override { progress_.finish(); }

 private:
  reports::ProgressLine progress_;
};

}  // namespace assay::cli
