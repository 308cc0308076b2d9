// `notification`: what is sent to people arrives, such as the news of a deployment.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kNotification;

}  // namespace assay::probes
