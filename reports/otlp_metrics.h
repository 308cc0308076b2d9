// The metrics of a run as OTLP/JSON: the body of an ExportMetricsServiceRequest as an OpenTelemetry collector
// takes it over HTTP. Gauges and summaries of the moment when the run was over. Pure.
#pragma once
#include <string>

#include "model/run_record.h"

namespace assay::reports {

std::string otlp_metrics(const RunRecord& record);

}  // namespace assay::reports
