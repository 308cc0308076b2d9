// `trace-search`: the traces of requests arrive where they are kept, with the services that they pass.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kTraceSearch;

}  // namespace assay::probes
