// A run in which everything that was configured or answered is one hostile text: names, URLs, headers, bodies
// of errors, evidence of probes, labels of metrics. What a report makes of it must be text.
#pragma once
#include <string>

#include "model/run_record.h"

namespace assay::test_support {

RunRecord hostile_run(const std::string& words);

// Ends scripts, styles, titles and CDATA, begins markup and commands of CI servers, colours a terminal, turns
// the direction of a text, and is not all UTF-8.
std::string hostile_text();

}  // namespace assay::test_support
