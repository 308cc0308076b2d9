// What a worker tells the main thread once a second: counts for the live display and for generator health,
// and the slots that are over.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "engine/recorded_slot.h"
#include "model/arm.h"
#include "stats/histogram.h"

namespace assay::engine {

struct ArmSecond {
  std::uint64_t requests = 0, errors = 0;  // completed, warm-up included
  stats::Histogram response_time;
};

struct WorkerSecond {
  std::uint32_t second = 0;  // since the start of the run
  Nanos length{0};           // one second, less for the last one
  std::uint64_t intended = 0, started = 0, waited = 0, shed = 0, completed = 0, unanswered = 0;
  std::uint64_t no_port = 0, no_file = 0;  // requests that this machine could not send for want of one
  std::uint64_t in_flight = 0, waiting = 0, sockets = 0;  // at its end
  Nanos cpu{0};                                           // CPU time of the worker's thread
  std::optional<Nanos> run_delay;  // in which the thread could have run and had no core; absent: not told
  bool warming_up = false;
  Nanos settled{0};  // at; all that was intended before is in the slots of this second and those before
  stats::Histogram dispatch_lag;
  std::array<ArmSecond, kArmCount> arms;
  std::vector<RecordedSlot> slots;
};

}  // namespace assay::engine
