#include "engine/slot_ring.h"

#include <algorithm>
#include <utility>

namespace assay::engine {
namespace {

constexpr std::size_t kLateTogether = 4096;

}  // namespace

void SlotRing::record(std::uint32_t slot, const Times& times) {
  Open& open = open_[slot % open_.size()];
  if (open.index && slot < *open.index) {
    late_.push_back({slot, times});
    if (late_.size() >= kLateTogether) add_late();
    return;
  }
  if (open.index && slot > *open.index) pack(open);
  open.index = slot;
  ++open.count;
  for (std::size_t m = 0; m < times.size(); ++m)
    if (times[m] >= 0) open.times[m].record(times[m]);
}

// Slot by slot through one dense histogram for each metric.
void SlotRing::add_late() {
  std::sort(late_.begin(), late_.end(), [](const Late& a, const Late& b) { return a.slot < b.slot; });
  std::array<stats::DenseHistogram, kSlotMetricCount> sum;
  for (auto late = late_.begin(); late != late_.end();) {
    SeriesSlot& slot = packed(late->slot);
    for (; late != late_.end() && late->slot == slot.index; ++late) {
      ++slot.count;
      for (std::size_t m = 0; m < sum.size(); ++m)
        if (late->times[m] >= 0) sum[m].record(late->times[m]);
    }
    for (std::size_t m = 0; m < sum.size(); ++m) sum[m].drain_into(slot.times[m]);
  }
  late_.clear();
}

std::vector<SeriesSlot> SlotRing::take() {
  for (Open& open : open_)
    if (open.index) pack(open);
  add_late();
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
