// The PromQL with which a server metric is asked for, block by block. Pure.
//
// Counters are not asked for with increase(): it loses the first increment of every new series (the first
// error of a label that no series had before) and stretches what it saw to the window. Instead, the last
// sample of each block minus the last one before it, a reset counting from 0, and a new series from 0 as well
// (https://prometheus.io/docs/prometheus/latest/querying/functions/#increase).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/config_error.h"
#include "config/server_metric_spec.h"
#include "model/arm.h"

namespace assay::probes {

// `version="canary", track="x"`: what $arm stands for.
std::string arm_matchers(const config::ServerMetricsSpec& all, Arm arm);
// A text of the gate file with $arm and $block replaced.
std::string filled(std::string_view text, const config::ServerMetricsSpec& all, Arm arm);

// By how much the counters of a selector grew in a block, added up: by `le` for a histogram's buckets.
std::string growth_query(const std::string& selector, Nanos block, bool by_bucket);
// How many samples of a selector's best-known series there are in a window: 0 series where there are none.
std::string samples_query(const std::string& selector, Nanos window);

// The range query of a metric; of a share that of its requests, and of its errors besides.
std::string range_query(const config::ServerMetricSpec& metric, const config::ServerMetricsSpec& all,
                        Arm arm);
std::string errors_query(const config::ServerMetricSpec& metric, const config::ServerMetricsSpec& all,
                         Arm arm);
// The selector whose samples tell the scrape interval, filled; empty for any other query.
std::string sampled_selector(const config::ServerMetricSpec& metric, const config::ServerMetricsSpec& all,
                             Arm arm);

// Whether the series that count errors exist at all, in any arm: a query for the metric, and one for each
// label that they are chosen by. What has none could never be seen.
struct Existence {
  std::string query;
  std::string
      missing;  // what it means if there is none: "no series of http_requests_total has the label ..."
};
std::vector<Existence> existence_queries(const config::ServerMetricSpec& metric,
                                         const config::ServerMetricsSpec& all);

// What no Prometheus is needed to see: PromQL that cannot be read, more than one selector, windows wider than
// a block, whose values would share data.
ConfigErrors server_metric_mistakes(const config::ServerMetricsSpec& all);

}  // namespace assay::probes
