// A judged run as a report meets it: two arms, three steps, a candidate that stalls once, answers some
// requests with 503 and is slower in one step. The same in every process and on every machine; no clock, no
// file, no network.
#pragma once
#include <vector>

#include "model/run_record.h"

namespace assay::test_support {

// 60 s at 200 iterations a second, the first 10 s of them warm-up.
RunResult sample_result();

// One that failed, one that was repeated and failed, one that could not be measured.
std::vector<ProbeResult> sample_probes();

// What monitoring tells of both arms in such a run, as a share, a quantile, a value and one that is not
// known. Not part of sample_result().
std::vector<ServerMetric> sample_server_metrics();

// An alert that was pending, fired while the candidate stood still, and was resolved. Not part of
// sample_probes().
ProbeResult sample_alert();

// A verdict (fail) whose numbers are taken from `result`.
Verdict sample_verdict(const RunResult& result);

// sample_result() with its verdict.
RunRecord sample_run();

}  // namespace assay::test_support
