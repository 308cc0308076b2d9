// How a run was watched while it went on: the looks at its comparisons, and why it ended before its time.
// Facts that were true when they happened; what follows from them is in the verdict.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace assay {

struct LookFacts {
  Nanos until{0};       // at; looked at was what had been intended before
  double fraction = 0;  // of the longest judged time that was planned
  double p_pass = 1;    // the largest of all comparisons; 1 where one had not enough data
  double p_fail = 1;    // the smallest
  bool operator==(const LookFacts&) const = default;
};

enum class StopCause : std::uint8_t {
  errors,   // the circuit breaker
  passed,   // a look proved that all comparisons pass
  failed,   // a look proved that one does not
  futile,   // no look to come could have decided
  by_hand,  // somebody who watched it asked for it
};
std::string_view name(StopCause cause);
std::optional<StopCause> stop_cause_from(std::string_view text);

struct EarlyStop {
  StopCause cause = StopCause::errors;
  Nanos at{0};         // at; when offering was ended
  std::string reason;  // in words
  bool operator==(const EarlyStop&) const = default;
};

}  // namespace assay
