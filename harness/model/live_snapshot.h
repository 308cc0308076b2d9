// LiveSnapshot: what a running engine says about itself once a second. The only thing that leaves the engine
// before the run has ended.
#pragma once
#include <array>
#include <cstdint>

#include "base/clock.h"
#include "model/arm.h"

namespace assay {

struct LiveArm {
  std::uint64_t requests = 0;  // judged and warm-up, since the start
  std::uint64_t errors = 0;
  Nanos p50{0}, p95{0}, p99{0};    // response time of the last second; zero where nothing completed
  double response_time_sum_s = 0;  // of all requests since the start

  bool operator==(const LiveArm&) const = default;
};

struct LiveSnapshot {
  Nanos elapsed{0};
  Nanos planned{0};  // zero: unknown (counted iterations)
  bool warming_up = false;
  bool has_baseline = false;
  std::uint64_t intended_last_second = 0;  // arrivals that were due; 0 where users, not a clock, set the pace
  std::uint64_t started_last_second = 0;   // iterations
  std::uint64_t completed_last_second = 0;  // requests
  std::uint64_t in_flight = 0, waiting = 0, shed = 0;
  std::array<LiveArm, kArmCount> arms;  // by Arm

  bool operator==(const LiveSnapshot&) const = default;
};

}  // namespace assay
