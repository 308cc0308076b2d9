// What Prometheus and Kubernetes answer, read with the distrust that every answer deserves. Private to
// replica_source. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/expected.h"
#include "client/ask.h"
#include "probes/prometheus_answers.h"

namespace assay::probes {

// Of /api/v1/query.
Read<std::uint64_t> prometheus_count(const client::HttpAnswer& answer);

struct DeploymentCount {
  std::uint64_t ready = 0, wanted = 0;
};
// Of /apis/apps/v1/namespaces/*/deployments/*.
Read<DeploymentCount> deployment_count(const client::HttpAnswer& answer);

}  // namespace assay::probes
