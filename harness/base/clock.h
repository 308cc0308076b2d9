// The one clock of measurements. Wall-clock time appears only as a label (when a run started), never in a
// latency.
#pragma once
#include <chrono>
#include <cstdint>

namespace assay {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Nanos = std::chrono::nanoseconds;

inline constexpr TimePoint kNever = TimePoint::max();

constexpr double seconds(Nanos d) { return static_cast<double>(d.count()) * 1e-9; }

}  // namespace assay
