// A run that goes on, on standard error: a screen that is drawn again in place, or plain lines where that
// cannot be done or nobody looks. The main thread only.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/context.h"
#include "cli/live_block.h"
#include "cli/live_sink.h"
#include "reports/progress_line.h"

namespace assay::cli {

class LiveTerminal final : public LiveSink {
 public:
  // `now`: so that tests need not wait.
  explicit LiveTerminal(const Context& context, std::function<TimePoint()> now = Clock::now);
  ~LiveTerminal() override;

  void show(const LiveRun& run, const ResultSoFar& result) override;
  void say(std::string_view news) override;  // stays, above the screen
  void finish() override;                    // takes the screen away

 private:
  void draw(ScreenSize size);

  const Context& context_;
  std::function<TimePoint()> now_;
  bool redraws_;
  reports::ProgressLine plain_;
  LiveBlock block_;
  std::vector<std::string> lines_;  // of the last second
  ScreenSize made_for_;
  TimePoint next_draw_{};
};

}  // namespace assay::cli
