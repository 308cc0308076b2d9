// The arithmetic of repeated probes: from ticks, and from what the load saw, to outages with a lower and an
// upper bound, and from those to facts. Pure functions. A tick is good when it passed or warned, failed when
// it failed, and says nothing when it is an error or a skip. What it says, it says of the moment when it was
// due: ticks may overlap.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "config/probe_spec.h"
#include "model/probe_result.h"
#include "probes/judgement.h"
#include "probes/kind.h"

namespace assay::probes {

// From this moment on, until the next mark, the run was in this phase.
struct PhaseMark {
  Nanos at{0};  // since the probes began
  std::string name;
};

// A stretch in which requests of the load failed.
struct LoadFailures {
  Nanos from{0}, until{0};  // since the probes began
  std::uint64_t requests = 0;
};

// The cause under which an outage counts failed requests of the load.
inline constexpr std::string_view kLoadCause = "failed load request";

// On which connections ticks are made, how often, and how long each may take.
struct TickPlan {
  std::string connection;  // "new" or "reused"; empty where that makes no difference
  Nanos interval{0}, timeout{0};
};

// `ticks` of one kind of connection, in any order. An outage is everything between two good ticks between
// which a tick or the load failed; ticks that say nothing neither begin nor end one, so its upper bound spans
// them. While the load fails, a good tick does not end an outage. Where ticks overlap, an outage ends with
// the first good tick that was due after it began to fail, even if a failed one was still waiting.
ProbeSeries series_of(std::span<const Tick> ticks, TickPlan plan, std::span<const PhaseMark> marks,
                      std::span<const LoadFailures> load);

// Judges just what the user wrote under `tolerate`: `failures` counts failed ticks, however long they lasted;
// `longest_outage` looks at the upper bound of each window, however many ticks failed in it, and at windows
// of the load alone; `availability` takes the upper bounds of all windows for down. Where nothing is written,
// no tick and no request of the load may fail. Ticks that could not be measured are an error, unless all this
// held even if each of them had failed.
void judge_series(const config::ToleranceSpec& tolerate, const ProbeSeries& series, Judgement& judgement);

}  // namespace assay::probes
