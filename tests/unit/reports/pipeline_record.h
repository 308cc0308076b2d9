// Runs as pipelines meet them. The same in every process; no clock, no file, no network.
#pragma once
#include <string_view>

#include "model/run_record.h"
#include "reports/registry.h"

namespace assay::test_support {

// sample_run() whose verdict is also about its probes: one failed, one failed and does not block, one could
// not be measured.
RunRecord run_with_probes();

// What a hostile server, gate file or URL says wherever text of others can stand.
extern const std::string_view kHostile;
RunRecord hostile_run();

// In a pipeline that works below "deploy" of a project.
extern const reports::ReportOptions kInPipeline;

}  // namespace assay::test_support
