// `grpc-health`: grpc.health.v1.Health/Check says SERVING.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kGrpcHealth;

}  // namespace assay::probes
