// The judged part of a run as two parallel series, one entry for each judged slot, joint over all steps: what
// the comparison works on. Failed requests take their step's timeout (or their own time where that is
// longer), so that a fast error never looks better than an answer. Plain data; built once for each verdict.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/arm.h"
#include "model/filter.h"
#include "model/run_result.h"
#include "stats/error_rate.h"
#include "stats/histogram.h"
#include "stats/latency_shift.h"
#include "stats/slot_values.h"

namespace assay::verdict {

struct ArmTimes {
  std::vector<stats::Histogram> slots;  // response times
  std::vector<std::uint64_t> errors;    // by slot
  stats::Histogram all;                 // all slots together
  std::uint64_t error_count = 0;

  double error_rate() const {
    return all.empty() ? 0 : static_cast<double>(error_count) / static_cast<double>(all.count());
  }
};

struct ArmSeries {
  double slot_seconds = 0;
  std::size_t slot_count = 0;
  std::vector<SlotRange> ranges;         // of the run's slots, one after the other in the series
  std::array<ArmTimes, kArmCount> arms;  // by Arm

  const ArmTimes& arm(Arm which) const { return arms[static_cast<std::size_t>(which)]; }
  double seconds() const { return slot_seconds * static_cast<double>(slot_count); }
  double requests() const { return static_cast<double>(arms[0].all.count() + arms[1].all.count()); }
  double requests_per_s() const { return seconds() > 0 ? requests() / seconds() : 0; }
  Nanos begin_of(std::size_t slot) const;  // at, in the run
};

// The slots that lie mostly in judged time, one range for each load phase.
// `until`: nothing after it.
std::vector<SlotRange> judged_ranges(const RunResult& result, std::optional<Nanos> until = {});

// `step`: of this one alone.
ArmSeries arm_series(const RunResult& result, std::optional<Nanos> until = {},
                     std::optional<std::uint16_t> step = {});

// Its beginning alone.
ArmSeries first_slots(const ArmSeries& series, std::size_t slots);

// How many slots make one slot of the method: 25 requests of both arms together on average, or
// what random arrivals at such a rate leave of them.
std::size_t slots_together(const ArmSeries& series);

std::vector<stats::SlotValues> slot_values(const ArmSeries& series, std::size_t together);
stats::LatencyShift latency_shift(const ArmSeries& series, std::optional<double> correlation_seconds);
std::vector<stats::ErrorSlot> error_slots(const ArmSeries& series);
// Of all requests in `series`, which is of all steps of `result`, those count as errors that failed with this
// status class (0: no status was received).
std::vector<stats::ErrorSlot> error_slots(const RunResult& result, std::optional<Nanos> until,
                                          const ArmSeries& series, std::uint8_t status_class);

}  // namespace assay::verdict
