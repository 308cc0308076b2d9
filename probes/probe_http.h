// `http`: one request, judged by the matchers of scenario steps.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kHttp;

}  // namespace assay::probes
