// The catalogue of metrics of a run that is over: what OpenMetrics, a Pushgateway and OTLP are told, and what
// reports/grafana shows. Names begin with `assay_run_` (those of probes are shared, see probe_families), are
// in base units, and have bounded labels: gate, arm, quantile, verdict, state, outcome, bound, and at most 50
// checks, steps and probes, the rest folded. What was measured is rounded to three significant digits. Pure.
#pragma once
#include <vector>

#include "model/run_record.h"
#include "reports/metric_family.h"

namespace assay::reports {

// Without families that have nothing to say.
std::vector<MetricFamily> run_metrics(const RunRecord& record);

}  // namespace assay::reports
