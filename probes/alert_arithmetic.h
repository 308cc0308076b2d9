// How long an alert needs to fire, and which faults can never make it fire. Pure.
//
// A fault that makes up a share r of what a rate over the window W counts exceeds the threshold t after
// W t / r, where nothing of it was there before; a gauge does at once. Then the alert is pending for `for`,
// and an evaluation has to see it:
//   least time to fire = W t / r + for + evaluation
// When the fault is over it fires on for `keep_firing_for`.
// (the rules of https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/; the share of a
// rate grows evenly over its window).
#pragma once
#include <optional>
#include <string>

#include "base/clock.h"

namespace assay::probes {

struct RuleTimes {
  std::string expr;
  Nanos hold{0};      // `for`
  Nanos interval{0};  // between two evaluations; 0: not known
  Nanos keep{0};      // `keep_firing_for`
};

// `ratio`: the share that the fault makes up; absent: not known, as if it were all.
Nanos least_time_to_fire(const RuleTimes& rule, std::optional<double> ratio);

// Why it cannot fire within that time, or by such a share, with the numbers; empty: it can.
std::string why_not_in_time(const RuleTimes& rule, std::optional<double> ratio, Nanos within);
std::string why_not_by_share(const RuleTimes& rule, double ratio);
// Why it cannot end within that time after the fault; empty: it can.
std::string why_not_over_in_time(const RuleTimes& rule, Nanos within);

}  // namespace assay::probes
