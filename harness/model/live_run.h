// LiveRun: a run as it stands while it goes on, for whoever shows it: a terminal, a scraper, a page. Plain
// structs; put together by cli/live_feed.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/live_snapshot.h"
#include "model/probe_result.h"
#include "model/verdict.h"

namespace assay {

struct LiveProbe {
  std::string name, kind;
  ProbePhase phase = ProbePhase::pre;
  Severity severity = Severity::blocker;
  std::optional<ProbeState> state;      // of the last tick or of the whole; absent: nothing is known yet
  std::string words;                    // why, or where it has got to: "refused", "pending"
  std::uint64_t ticks = 0, failed = 0;  // of a repeated probe, so far

  bool operator==(const LiveProbe&) const = default;
};

struct LiveRun {
  std::string gate;
  std::string started_utc;
  std::uint64_t seed = 0;
  bool judged = true;  // false: one part of a run on several machines, a pilot
  LiveSnapshot now;
  std::deque<LiveSnapshot> past;   // of the last seconds, `now` the last of them; at most kPastSeconds
  std::vector<LiveProbe> probes;   // in the order of the gate file
  std::vector<LookRow> looks;      // taken so far
  std::string standing;            // what the last look said, in a sentence; empty: none was taken
  std::optional<Nanos> next_look;  // at; absent: none but the verdict at the end
  // Why it cannot be ended, or be kept from being given up, by hand; empty: it can.
  std::string stop_refused, extend_refused;

  bool operator==(const LiveRun&) const = default;
};

inline constexpr std::size_t kPastSeconds = 600;

}  // namespace assay
