// Ticks of a repeated probe, written down in short.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "probes/outages.h"

namespace assay::probes {

constexpr Nanos ms(std::int64_t count) { return std::chrono::milliseconds(count); }

inline Tick tick(std::int64_t due_ms, ProbeState state, std::int64_t takes_ms = 10, std::string cause = {}) {
  Tick made;
  made.due = made.started = ms(due_ms);
  made.ended = ms(due_ms + takes_ms);
  made.state = state;
  made.cause = state == ProbeState::fail && cause.empty() ? "refused" : std::move(cause);
  return made;
}

// One tick each 100 ms, which takes 10 ms: "+" passed, "~" warned, "x" failed, "e" could not be measured, "s"
// skipped.
inline std::vector<Tick> ticks_of(std::string_view pattern) {
  std::vector<Tick> ticks;
  for (const char c : pattern) {
    const ProbeState state = c == '+'   ? ProbeState::pass
                             : c == '~' ? ProbeState::warn
                             : c == 'x' ? ProbeState::fail
                             : c == 'e' ? ProbeState::error
                                        : ProbeState::skip;
    ticks.push_back(tick(100 * static_cast<std::int64_t>(ticks.size()), state));
  }
  return ticks;
}

inline ProbeSeries series(std::span<const Tick> ticks, std::span<const LoadFailures> load = {},
                          std::span<const PhaseMark> marks = {}) {
  return series_of(ticks, {"new", ms(100), ms(50)}, marks, load);
}

}  // namespace assay::probes
