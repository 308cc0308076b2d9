// The sections of a page, from the top. Each is a pure function of the view, and empty where a run has
// nothing that belongs into it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "reports/html_markup.h"
#include "reports/run_view.h"

namespace assay::reports {

// ---- the first screen
Markup verdict_section(const RunView& view);    // the verdict, why, soundness, identity, how to run it again
Markup intervals_section(const RunView& view);  // each finding against its limit, the failed ones first
Markup latency_section(const RunView& view);    // percentiles of both arms over time, with outages and alerts

// ---- below
Markup percentiles_section(const RunView& view);     // the whole distribution, by number of nines
Markup errors_section(const RunView& view);          // by class over time, and an example of each kind
Markup throughput_section(const RunView& view);      // intended and achieved
Markup server_metrics_section(const RunView& view);  // what the target says of itself, over time
Markup steps_section(const RunView& view);
Markup probes_section(const RunView& view);  // evidence, and the way of each alert
Markup generator_section(const RunView& view);
Markup judgement_section(const RunView& view);  // thresholds with windows, what comparisons rest on, looks
Markup plan_section(const RunView& view);       // load, gate file, overrides, environment, versions

// ---- parts that a page of a run that goes on has, too
Markup identity_of_run(const RunView& view);            // what is compared with what, and how to do it again
Markup looks_table(const std::vector<LookRow>& looks);  // empty where there was none
Markup page_contents(const Markup& sections);           // a list of those that there are

// A section with its head; empty without content.
Markup section(std::string_view id, const std::string& title, const Markup& content);

}  // namespace assay::reports
