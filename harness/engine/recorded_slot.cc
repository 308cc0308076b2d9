#include "engine/recorded_slot.h"

namespace assay::engine {

void add_up_slots(Series& series) {
  for (std::size_t m = 0; m < kSlotMetricCount; ++m) {
    stats::DenseHistogram sum;
    for (const SeriesSlot& slot : series.slots) sum.add(slot.times[m]);
    series.times[m] = {};
    sum.drain_into(series.times[m]);
  }
}

}  // namespace assay::engine
