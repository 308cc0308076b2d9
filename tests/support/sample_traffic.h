// The synthetic requests behind sample_run.h, and their way into a RunResult.
#pragma once
#include <cstdint>
#include <vector>

#include "model/run_result.h"

namespace assay::test_support {

struct SyntheticRequest {
  std::uint16_t step = 0;
  Arm arm = Arm::candidate;
  Outcome outcome = Outcome::ok;
  int status = 200;                                 // 0: none was received
  Nanos intended{0}, send_lag{0}, service_time{0};  // intended: at
  bool new_connection = false;

  Nanos done() const { return intended + send_lag + service_time; }
};

inline constexpr Nanos kSampleLength = std::chrono::seconds(60);
inline constexpr Nanos kSampleWarmUp = std::chrono::seconds(10);

// Ascending by intended start.
std::vector<SyntheticRequest> sample_traffic(std::uint64_t seed);

// Fills series, warm-up counts, health and connection counts; slot_length and targets must be set.
void record_traffic(RunResult& result, const std::vector<SyntheticRequest>& traffic);

}  // namespace assay::test_support
