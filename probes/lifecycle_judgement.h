// What the way of an alert is judged by: each hop came, in time and in order. Pure.
//
// Where the gate file gives no limit, each hop may take, with the window W of the rule's expression, the
// intervals of scrapes and evaluations, what these take themselves, and the poll of this probe:
//   pending  <= W + scrape + 2 evaluations        (the share of a fault grows over the window)
//   firing   <= pending + `for` + evaluation
//   notified <= firing + G + delivery
//   over     <= W + keep_firing_for + scrape + 2 evaluations
//   resolved <= over + group_interval + delivery
// G is group_wait, or group_interval where that is longer: the alert's group may be open already.
#pragma once
#include <string>

#include "probes/judgement.h"
#include "probes/lifecycle_settings.h"
#include "probes/lifecycle_timeline.h"

namespace assay::probes {

// `broken`: what broken_hop() says.
void judge_lifecycle(const LifecycleSettings& settings, const LifecycleTimeline& timeline,
                     const std::string& broken, Judgement& judgement);

}  // namespace assay::probes
