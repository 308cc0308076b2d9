#include "engine/slot_ring.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace assay::engine {
namespace {

constexpr std::size_t kLateTogether = 4096;
constexpr std::uint32_t kAll = std::numeric_limits<std::uint32_t>::max();

}  // namespace

void SlotRing::record(std::uint32_t slot, const Times& times) {
  Open& open = open_[slot % open_.size()];
  if (slot < taken_before_ || (open.index && slot < *open.index)) {
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

void SlotRing::add_late() {
  std::sort(late_.begin(), late_.end(), [](const Late& a, const Late& b) { return a.slot < b.slot; });
  std::vector<std::int64_t> values;
  for (auto first = late_.begin(); first != late_.end();) {
    const auto last = std::find_if(first, late_.end(), [&](const Late& l) { return l.slot != first->slot; });
    SeriesSlot& slot = packed(first->slot);
    slot.count += static_cast<std::uint64_t>(last - first);
    for (std::size_t m = 0; m < slot.times.size(); ++m) {
      values.clear();
      for (auto late = first; late != last; ++late)
        if (late->times[m] >= 0) values.push_back(late->times[m]);
      slot.times[m].merge(stats::Histogram::of(values));
    }
    first = last;
  }
  late_.clear();
}

std::vector<SeriesSlot> SlotRing::take_before(std::uint32_t end) {
  for (Open& open : open_)
    if (open.index && *open.index < end) pack(open);
  add_late();
  taken_before_ = end;
  return std::exchange(packed_, {});
}

std::vector<SeriesSlot> SlotRing::take() { return take_before(kAll); }

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
