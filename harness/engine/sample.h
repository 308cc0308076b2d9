// Sample: one request, from its intended start to its end. The only thing that the recorder sees of it; free
// of protocol.
#pragma once
#include <cstdint>

#include "base/clock.h"
#include "model/arm.h"
#include "model/outcome.h"

namespace assay::engine {

struct Sample {
  TimePoint intended{}, sent{}, done{};
  Nanos connect{0}, tls{0}, first_byte{0};  // zero: the request had no such phase
  std::uint64_t bytes_sent = 0, bytes_received = 0;
  std::uint16_t step = 0;
  Arm arm = Arm::candidate;
  Outcome outcome = Outcome::ok;
  std::uint8_t status_class = 0;
  bool was_sent = true;  // false: shed; then only intended and done mean something
  bool judged = true;    // false: warm-up
};

}  // namespace assay::engine
