// Merging of what the generators say about themselves. Private to model.
#pragma once
#include "model/run_result.h"

namespace assay {

// Counters add up. So do the limits and peaks of requests in flight (the peaks may have been at different
// moments: the sum is an upper bound) and the CPU time. Lag quantiles, the busiest worker of a second, run
// delay, steal and the share of a link are the largest of the parts; the link is the slowest.
void merge_into(GeneratorHealth& into, const GeneratorHealth& part);

}  // namespace assay
