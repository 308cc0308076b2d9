#include "engine/slot_ring.h"

#include <algorithm>
#include <utility>

namespace assay::engine {

void SlotRing::record(std::uint32_t slot, const Times& times) {
  Open& open = open_[slot % open_.size()];
  if (open.index && slot < *open.index) {
    SeriesSlot& late = packed(slot);
    ++late.count;
    for (std::size_t m = 0; m < times.size(); ++m)
      if (times[m] >= 0) late.times[m].record(times[m]);
    return;
  }
  if (open.index && slot > *open.index) pack(open);
  open.index = slot;
  ++open.count;
  for (std::size_t m = 0; m < times.size(); ++m)
    if (times[m] >= 0) open.times[m].record(times[m]);
}

std::vector<SeriesSlot> SlotRing::take() {
  for (Open& open : open_)
    if (open.index) pack(open);
  return std::exchange(packed_, {});
}

SeriesSlot& SlotRing::packed(std::uint32_t slot) {
  const auto at = std::lower_bound(packed_.begin(), packed_.end(), slot,
                                   [](const SeriesSlot& s, std::uint32_t index) { return s.index < index; });
  if (at != packed_.end() && at->index == slot) return *at;
  SeriesSlot fresh;
  fresh.index = slot;
  return *packed_.insert(at, std::move(fresh));
}

void SlotRing::pack(Open& open) {
  SeriesSlot& slot = packed(*open.index);
  slot.count += open.count;
  for (std::size_t m = 0; m < open.times.size(); ++m) open.times[m].drain_into(slot.times[m]);
  open.index.reset();
  open.count = 0;
}

}  // namespace assay::engine
