#include "verdict/arm_series.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace assay::verdict {
namespace {

constexpr double kRequestsInSlot = 25;
constexpr double kFewerByChance = 0.1;  // of a slot: 50/s for 30 s stay at half a second, four s.e. below it

std::uint32_t nearest_slot(Nanos at, Nanos slot_length) {
  return static_cast<std::uint32_t>(std::lround(seconds(std::max(at, Nanos{0})) / seconds(slot_length)));
}

stats::Histogram failures_at_timeout(const stats::Histogram& times, Nanos timeout) {
  stats::Histogram failures;
  for (const auto& bucket : times.buckets())
    failures.record(std::max<std::int64_t>(timeout.count(), stats::Buckets::middle(bucket.index)),
                    bucket.count);
  return failures;
}

void add_slot(ArmTimes& arm, std::size_t position, const SeriesSlot& slot, Nanos timeout, bool failed) {
  const auto& times = slot.times[static_cast<std::size_t>(Metric::response_time)];
  if (!failed) {
    arm.slots[position].merge(times);
    return;
  }
  arm.slots[position].merge(failures_at_timeout(times, timeout));
  arm.errors[position] += times.count();
}

void add_series(ArmSeries& into, const Series& series, Nanos timeout, const std::vector<SlotRange>& ranges) {
  ArmTimes& arm = into.arms[static_cast<std::size_t>(series.key.arm)];
  auto slot = series.slots.begin();
  std::size_t before = 0;
  for (const SlotRange& range : ranges) {
    while (slot != series.slots.end() && slot->index < range.first) ++slot;
    for (; slot != series.slots.end() && slot->index < range.last; ++slot)
      add_slot(arm, before + slot->index - range.first, *slot, timeout, series.key.failed);
    before += range.last - range.first;
  }
}

stats::Histogram sum_of_slots(const ArmTimes& arm, std::size_t first, std::size_t count) {
  stats::Histogram sum;
  for (std::size_t k = first; k < first + count; ++k) sum.merge(arm.slots[k]);
  return sum;
}

void add_up(ArmTimes& arm) {
  arm.all = sum_of_slots(arm, 0, arm.slots.size());
  for (const std::uint64_t errors : arm.errors) arm.error_count += errors;
}

}  // namespace

Nanos ArmSeries::begin_of(std::size_t slot) const {
  std::size_t index = slot;
  for (const SlotRange& range : ranges) {
    const std::size_t length = range.last - range.first;
    if (slot < length) {
      index = range.first + slot;
      break;
    }
    slot -= length;
  }
  return Nanos{std::llround(static_cast<double>(index) * slot_seconds * 1e9)};
}

std::vector<SlotRange> judged_ranges(const RunResult& result, std::optional<Nanos> until) {
  std::vector<SlotRange> ranges;
  if (result.slot_length <= Nanos{0}) return ranges;
  for (const LoadPhaseFacts& phase : result.load) {
    const auto first = nearest_slot(phase.start + phase.warm_up, result.slot_length);
    const auto last = nearest_slot(std::min(phase.end, until.value_or(phase.end)), result.slot_length);
    const auto begin = ranges.empty() ? first : std::max(first, ranges.back().last);
    if (begin < last) ranges.push_back({begin, last});
  }
  return ranges;
}

ArmSeries arm_series(const RunResult& result, std::optional<Nanos> until, std::optional<std::uint16_t> step) {
  ArmSeries all;
  all.ranges = judged_ranges(result, until);
  all.slot_seconds = seconds(result.slot_length);
  for (const SlotRange& range : all.ranges) all.slot_count += range.last - range.first;
  for (ArmTimes& arm : all.arms) {
    arm.slots.resize(all.slot_count);
    arm.errors.resize(all.slot_count);
  }
  for (const Series& series : result.series)
    if (!step || series.key.step == *step)
      add_series(all, series, result.steps.at(series.key.step).timeout, all.ranges);
  for (ArmTimes& arm : all.arms) add_up(arm);
  return all;
}

ArmSeries first_slots(const ArmSeries& series, std::size_t slots) {
  ArmSeries first;
  first.slot_seconds = series.slot_seconds;
  first.slot_count = std::min(slots, series.slot_count);
  first.ranges = series.ranges;
  const auto count = static_cast<std::ptrdiff_t>(first.slot_count);
  for (std::size_t arm = 0; arm < kArmCount; ++arm) {
    const ArmTimes& all = series.arms[arm];
    first.arms[arm].slots.assign(all.slots.begin(), all.slots.begin() + count);
    first.arms[arm].errors.assign(all.errors.begin(), all.errors.begin() + count);
    add_up(first.arms[arm]);
  }
  return first;
}

std::size_t slots_together(const ArmSeries& series) {
  if (series.requests() <= 0) return 1;
  const double needed = kRequestsInSlot * static_cast<double>(series.slot_count) / series.requests();
  return static_cast<std::size_t>(std::max(1.0, std::ceil(needed - kFewerByChance)));
}

std::vector<stats::SlotValues> slot_values(const ArmSeries& series, std::size_t together) {
  std::vector<stats::SlotValues> slots(series.slot_count / together);
  const auto values = [&](Arm arm, std::size_t slot) {
    return stats::LogValues::from(sum_of_slots(series.arm(arm), slot * together, together));
  };
  for (std::size_t k = 0; k < slots.size(); ++k)
    slots[k] = {values(Arm::candidate, k), values(Arm::baseline, k)};
  return slots;
}

stats::LatencyShift latency_shift(const ArmSeries& series, std::optional<double> correlation_seconds) {
  const std::size_t together = slots_together(series);
  return {slot_values(series, together), series.slot_seconds * static_cast<double>(together),
          correlation_seconds};
}

std::vector<stats::ErrorSlot> error_slots(const ArmSeries& series) {
  std::vector<stats::ErrorSlot> slots(series.slot_count);
  const auto& candidate = series.arm(Arm::candidate);
  const auto& baseline = series.arm(Arm::baseline);
  for (std::size_t k = 0; k < slots.size(); ++k)
    slots[k] = {candidate.errors[k], candidate.slots[k].count(), baseline.errors[k],
                baseline.slots[k].count()};
  return slots;
}

std::vector<stats::ErrorSlot> error_slots(const RunResult& result, std::optional<Nanos> until,
                                          const ArmSeries& series, std::uint8_t status_class) {
  RunResult failures;
  failures.steps = result.steps;
  failures.slot_length = result.slot_length;
  failures.load = result.load;
  std::ranges::copy_if(result.series, std::back_inserter(failures.series), [&](const Series& one) {
    return one.key.failed && one.key.status_class == status_class;
  });
  const ArmSeries failed = arm_series(failures, until);
  auto slots = error_slots(series);
  for (std::size_t k = 0; k < slots.size(); ++k) {
    slots[k].candidate_errors = failed.arm(Arm::candidate).errors[k];
    slots[k].baseline_errors = failed.arm(Arm::baseline).errors[k];
  }
  return slots;
}

}  // namespace assay::verdict
