// What the answers of each step were held against, as one check a step. The result counts answers that did
// not hold by step and kind and keeps an example of each, not every expectation apart; so a step is one
// check, and its failures are evidence, by kind. They block nothing by themselves: thresholds on them do.
// Pure.
#pragma once
#include <vector>

#include "reports/check_list.h"

namespace assay::reports {

// Of the candidate; at most 50, those with failures and traffic first, in the order of the gate file.
std::vector<Check> step_checks(const RunResult& result);

}  // namespace assay::reports
