// A slot on its way from a worker to the main thread. The same slot of a series may come several times: what
// ended late follows later, and the parts add up.
#pragma once
#include "model/run_result.h"

namespace assay::engine {

struct RecordedSlot {
  SeriesKey key;
  SeriesSlot slot;
  bool operator==(const RecordedSlot&) const = default;
};

// Sets the whole-run histograms of the slot metrics to the sums over the series' slots. Every request is in
// one slot, so it need not be recorded a second time.
void add_up_slots(Series& series);

}  // namespace assay::engine
