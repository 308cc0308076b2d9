// How formats for pipelines name a check and its outcome, in plain text of one line. Pure functions.
#pragma once
#include <string>

#include "model/run_record.h"
#include "reports/check_list.h"

namespace assay::reports {

// "thresholds"; of a probe also its kind: "probes.tls".
std::string class_of(const Check& check);

// What happened, in short: "measured 0.617%, limit 0.5%", or the sentence where there are no numbers. What
// does not hold and does not block says so: "warning: ...", "inconclusive, does not block: ...".
std::string message_of(const Check& check);

// "pass", "fail", "inconclusive", "invalid"; "unjudged" of a part of a run.
std::string verdict_word(const RunRecord& record);

}  // namespace assay::reports
