// The per-slot histograms of one series while the run goes on. The two newest slots are dense and cheap to
// record into; older ones are packed until they are taken away. Late answers are collected and added to their
// slots in one go, because a stall of seconds brings thousands of them at once. One worker's thread only.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/run_result.h"
#include "stats/histogram.h"

namespace assay::engine {

class SlotRing {
 public:
  using Times = std::array<std::int64_t, kSlotMetricCount>;  // ns by Metric; negative: not measured

  void record(std::uint32_t slot, const Times& times);
  // What came since the last call of the slots before `end`, ascending. A slot comes again if more of it
  // comes later.
  std::vector<SeriesSlot> take_before(std::uint32_t end);
  std::vector<SeriesSlot> take();  // everything that is left, ascending; nothing may be recorded after it

 private:
  struct Open {
    std::optional<std::uint32_t> index;
    std::uint64_t count = 0;
    std::array<stats::DenseHistogram, kSlotMetricCount> times;
  };

  struct Late {
    std::uint32_t slot;
    Times times;
  };

  SeriesSlot& packed(std::uint32_t slot);
  void pack(Open& open);
  void add_late();

  std::array<Open, 2> open_;
  std::uint32_t taken_before_ = 0;  // what is older is late, whether its dense arrays are free or not
  std::vector<SeriesSlot> packed_;  // ascending index
  std::vector<Late> late_;
};

}  // namespace assay::engine
