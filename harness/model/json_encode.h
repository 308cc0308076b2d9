// Parts of the codec that turn facts into JSON. Private to model.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "model/run_result.h"
#include "model/verdict.h"

namespace assay {

using Json = nlohmann::ordered_json;

Json encode(const RunResult& result);
Json encode(const Series& series);  // without its slots
Json encode(const SeriesSlot& slot);
Json encode(const GeneratorHealth& health);
Json encode(const Verdict& verdict);
Json encode(const ProbeResult& probe);
Json encode(const ServerMetric& metric);
Json encode(const stats::Histogram& histogram);  // null where it is empty

// Slots hold many small histograms: [min_ns, max_ns, sum_ns, packed buckets], null where it is empty.
Json encode_packed(const stats::Histogram& histogram);

// Whole numbers without a fraction part, so that sums of nanoseconds look like what they are.
Json encode_number(double number);

}  // namespace assay
