#include "cli/live_browser.h"

#include <algorithm>
#include <optional>

namespace assay::cli {
namespace {

using namespace std::chrono_literals;

// It is asked every second, give or take: every other time.
constexpr Nanos kLeastPause = 1500ms;
constexpr int kDutyParts = 20;

// Without measured requests, who it is.
RunResult nothing_measured(const LiveRun& run) {
  RunResult result;
  result.name = run.gate;
  result.started_utc = run.started_utc;
  result.seed = run.seed;
  return result;
}

}  // namespace

Nanos pause_after(Nanos cost) { return std::max<Nanos>(kLeastPause, cost * (kDutyParts - 1)); }

void LiveBrowser::show(const LiveRun& run, const ResultSoFar& result) {
  if (!began_) {
    server_->load_begins();
    server_->refuse(run.stop_refused, run.extend_refused);
    began_ = true;
  }
  if (server_->wants_more() && Clock::now() >= next_) hand_over(run, result);
}

void LiveBrowser::hand_over(const LiveRun& run, const ResultSoFar& result) {
  const TimePoint begin = Clock::now();
  std::optional<RunResult> so_far = result();
  if (!so_far) so_far = nothing_measured(run);
  server_->show(run, {.result = *std::move(so_far), .verdict = std::nullopt});
  const TimePoint end = Clock::now();
  next_ = end + pause_after(end - begin);
}

}  // namespace assay::cli
