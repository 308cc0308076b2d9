#include "model/server_metric.h"

#include "model/names.h"

namespace assay {
namespace {

constexpr std::array<std::string_view, 3> kKinds = {"ratio", "quantile", "value"};

}  // namespace

std::string_view name(ServerMetricKind kind) { return name_in(kKinds, kind); }
std::optional<ServerMetricKind> server_metric_kind_from(std::string_view text) {
  return value_named<ServerMetricKind>(kKinds, text);
}

}  // namespace assay
