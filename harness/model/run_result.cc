#include "model/run_result.h"

#include "model/names.h"

namespace assay {
namespace {

constexpr std::array<std::string_view, kMetricCount> kMetrics = {
    "response_time", "service_time", "send_lag", "connect", "tls", "first_byte",
};

}  // namespace

std::string_view name(Metric metric) { return name_in(kMetrics, metric); }
std::optional<Metric> metric_from(std::string_view text) { return value_named<Metric>(kMetrics, text); }

}  // namespace assay
