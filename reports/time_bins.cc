#include "reports/time_bins.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace assay::reports {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kFewestBins = 24;

std::uint64_t bins_in(Nanos length, Nanos bin) {
  return static_cast<std::uint64_t>((length - Nanos{1}) / bin + 1);
}

// The next length that is a whole number of slots and reads well: 1, 2, 5, 10, 15, 30 s ... A slot that is
// none of these stays what it is, doubled as often as needed.
Nanos longer(Nanos bin, Nanos slot) {
  constexpr std::array<Nanos, 19> kLengths = {100ms, 200ms, 500ms, 1s,    2s,    5s, 10s, 15s, 30s, 1min,
                                              2min,  5min,  10min, 15min, 30min, 1h, 2h,  6h,  24h};
  for (const Nanos length : kLengths)
    if (length > bin && length % slot == Nanos{0}) return length;
  return 2 * bin;
}

std::uint64_t requests_of(const RunResult& result, Arm arm) {
  std::uint64_t count = 0;
  for (const Series& series : result.series)
    if (series.key.arm == arm) count += series.count;
  return count;
}

// Collects what falls into one bin after the other, without a merge of histograms for each slot.
class BinCollector {
 public:
  explicit BinCollector(const RunResult& result, Arm arm) {
    for (const Series& series : result.series)
      if (series.key.arm == arm) readers_.push_back({&series, series.slots.begin()});
  }

  LatencyBin until_slot(std::uint64_t end) {
    LatencyBin bin;
    for (Reader& reader : readers_) {
      for (; reader.next != reader.series->slots.end() && reader.next->index < end; ++reader.next) {
        bin.count += reader.next->count;
        if (reader.series->key.failed) bin.failed += reader.next->count;
        dense_.add(reader.next->times[static_cast<std::size_t>(Metric::response_time)]);
      }
    }
    if (!dense_.empty()) dense_.drain_into(bin.response_time);
    return bin;
  }

 private:
  struct Reader {
    const Series* series;
    std::vector<SeriesSlot>::const_iterator next;
  };
  std::vector<Reader> readers_;
  stats::DenseHistogram dense_;
};

}  // namespace

double TimeGrid::position(Nanos at) const {
  return bins == 0 ? 0 : std::clamp(seconds(at) / seconds(end()), 0.0, 1.0);
}

TimeGrid grid_of(const RunResult& result, std::uint32_t most_bins, std::uint64_t requests_wanted) {
  // What was begun before the end of the load and intended after it belongs to the last bin.
  Nanos length{0};
  for (const LoadPhaseFacts& phase : result.load) length = std::max(length, phase.end);
  if (length == Nanos{0}) length = result.duration;
  if (result.slot_length <= Nanos{0} || length <= Nanos{0}) return {};
  const std::uint64_t requests =
      std::max(requests_of(result, Arm::candidate), requests_of(result, Arm::baseline));
  Nanos bin = result.slot_length;
  const auto is_too_short = [&] {
    const std::uint64_t bins = bins_in(length, bin);
    return bins > most_bins || (bins >= 2 * kFewestBins && requests / bins < requests_wanted);
  };
  while (is_too_short()) bin = longer(bin, result.slot_length);
  return {bin, static_cast<std::uint32_t>(bins_in(length, bin)),
          static_cast<std::uint32_t>(bin / result.slot_length)};
}

TimeGrid coarser(const TimeGrid& grid, std::uint32_t factor) {
  return {grid.bin * factor, (grid.bins + factor - 1) / factor, grid.slots_per_bin * factor};
}

std::vector<LatencyBin> latency_bins(const RunResult& result, Arm arm, const TimeGrid& grid) {
  BinCollector collector(result, arm);
  std::vector<LatencyBin> bins;
  bins.reserve(grid.bins);
  for (std::uint64_t i = 1; i < grid.bins; ++i) bins.push_back(collector.until_slot(i * grid.slots_per_bin));
  if (!grid.empty()) bins.push_back(collector.until_slot(std::numeric_limits<std::uint64_t>::max()));
  return bins;
}

std::vector<LatencyBin> coarser(const std::vector<LatencyBin>& bins, std::uint32_t factor) {
  std::vector<LatencyBin> joined;
  stats::DenseHistogram dense;
  for (std::size_t i = 0; i < bins.size(); i += factor) {
    LatencyBin& bin = joined.emplace_back();
    for (std::size_t k = i; k < std::min(bins.size(), i + factor); ++k) {
      bin.count += bins[k].count;
      bin.failed += bins[k].failed;
      dense.add(bins[k].response_time);
    }
    if (!dense.empty()) dense.drain_into(bin.response_time);
  }
  return joined;
}

void add_counts(const Series& series, const TimeGrid& grid, std::vector<std::uint64_t>& into) {
  into.resize(grid.bins);
  if (grid.empty()) return;
  for (const SeriesSlot& slot : series.slots) {
    const std::uint32_t bin = std::min(slot.index / grid.slots_per_bin, grid.bins - 1);
    into.at(bin) += slot.count;
  }
}

}  // namespace assay::reports
