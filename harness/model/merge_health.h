// Merging of what the generators say about themselves. Private to model.
#pragma once
#include "model/run_result.h"

namespace assay {

// Counters add up. So do the limits and peaks of requests in flight (the peaks may have been at different
// moments: the sum is an upper bound) and the CPU time. Lag quantiles and the busiest worker of a second are
// the largest of the parts.
void merge_into(GeneratorHealth& into, const GeneratorHealth& part);

}  // namespace assay
