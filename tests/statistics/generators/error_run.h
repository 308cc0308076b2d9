// Simulated runs of two arms with errors: one by one, in outages of both arms or of one instance, or at a
// rate that drifts. Nothing else is of interest, so all times are equal. Everything follows from the seed.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "verdict/arm_series.h"

namespace assay::statistics {

enum class ErrorFamily : std::uint8_t {
  independent,
  shared_outages,     // of 5 s in which every fifth request of both arms fails
  own_short_outages,  // of one instance: 1 s, every second request
  own_long_outages,   // 5 s, every fifth
  own_drift,          // of the instance's error rate: lognormal, sigma 0.7, for about 5 s
};
std::string_view name(ErrorFamily family);
std::optional<ErrorFamily> error_family_from(std::string_view text);

struct ErrorRun {
  ErrorFamily family = ErrorFamily::independent;
  double seconds = 60;
  double per_second = 200;       // both arms together
  double baseline_rate = 0.002;  // in the long run; four fifths of it in outages, where there are any
  double excess = 0;             // of the candidate's rate
};

verdict::ArmSeries simulate_errors(const ErrorRun& run, std::uint64_t seed);

}  // namespace assay::statistics
