#include "engine/failed_times.h"

#include <algorithm>
#include <iterator>

namespace assay::engine {
namespace {

// Failures that are closer together belong to one stretch: no probe ticks faster.
constexpr Nanos kSameStretch = std::chrono::milliseconds(10);
// Of an arm. Beyond it the last one grows, which overstates an outage rather than losing one.
constexpr std::size_t kMostStretches = 4096;

}  // namespace

void FailedTimes::record(const Sample& sample) {
  std::vector<FailedStretch>& stretches = stretches_[static_cast<std::size_t>(sample.arm)];
  if (stretches.empty()) stretches.reserve(kMostStretches);
  const Nanos from = (sample.was_sent ? sample.sent : sample.intended) - start_;
  const Nanos until = sample.done - start_;
  const bool joins = !stretches.empty() &&
                     (from <= stretches.back().until + kSameStretch || stretches.size() == kMostStretches);
  if (!joins) {
    stretches.push_back({sample.arm, from, until, 1});
    return;
  }
  FailedStretch& last = stretches.back();
  last.from = std::min(last.from, from);
  last.until = std::max(last.until, until);
  ++last.requests;
}

std::vector<FailedStretch> FailedTimes::take() {
  std::vector<FailedStretch> all;
  for (std::vector<FailedStretch>& stretches : stretches_)
    std::move(stretches.begin(), stretches.end(), std::back_inserter(all));
  return all;
}

}  // namespace assay::engine
