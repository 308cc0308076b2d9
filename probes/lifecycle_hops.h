// What is in the way of an alert before its fault, how long its way takes, and which hop broke where it did
// not arrive. Pure.
#pragma once
#include <optional>
#include <string>

#include "probes/kind.h"
#include "probes/lifecycle_settings.h"
#include "probes/lifecycle_timeline.h"

namespace assay::probes {

// Labels of the asks that both sides know.
inline constexpr std::string_view kAskRules = "rules", kAskTime = "time", kAskConfiguration = "configuration",
                                  kAskManagers = "Alertmanagers of Prometheus",
                                  kAskStatus = "status of Alertmanager", kAskSilences = "silences",
                                  kAskPrometheusMetrics = "metrics of Prometheus",
                                  kAskManagerMetrics = "metrics of Alertmanager";

// How long each hop may take where the gate file does not say it.
struct LifecycleLimits {
  Nanos pending{0}, firing{0}, notified{0};  // since the fault
  Nanos inactive{0}, resolved{0};            // since it was taken back
};
LifecycleLimits limits_of(const LifecycleSettings& settings, const Groundwork& groundwork);

// Reads what was asked first into the timeline; facts for all that forbids a fault.
void lay_ground(const LifecycleSettings& settings, Exchanges look, LifecycleTimeline& timeline,
                Judgement& judgement);

// Why the alert went no further than it did, or came late, in words that name the hop; empty: nothing is
// known to be broken. `before` and `after`: what was asked first, and when it had failed.
std::string broken_hop(const LifecycleSettings& settings, const LifecycleTimeline& timeline, Exchanges before,
                       Exchanges after);

}  // namespace assay::probes
