// A run that goes on, as a page for browsers: hands over what its server shows, when somebody looks at it.
#pragma once
#include <memory>
#include <utility>

#include "cli/live_sink.h"
#include "ui/live_server.h"

namespace assay::cli {

class LiveBrowser final : public LiveSink {
 public:
  explicit LiveBrowser(std::unique_ptr<ui::LiveServer> server) : server_(std::move(server)) {}

  void begin(const LiveRun& run) override { server_->begin(run); }
  void show(const LiveRun& run, const ResultSoFar& result) override;
  void finish() override { server_->finish(); }
  Wishes wishes() const override { return {server_->stop_asked(), server_->extend_asked()}; }

 private:
  void hand_over(const LiveRun& run, const ResultSoFar& result);

  std::unique_ptr<ui::LiveServer> server_;
  bool began_ = false;
  TimePoint next_{};  // not before
};

// How long to wait after it took so long to put together what was measured so far, which takes the longer the
// longer the run is: at least the time from one page to the next, and so long that it costs a twentieth of a
// core at most.
Nanos pause_after(Nanos cost);

}  // namespace assay::cli
