// The order in which a `rate-limit` probe asks, and what its answers amount to. Replayed from what was
// answered, because a probe keeps no state:
//
//   controls, a round of requests until one is rejected, controls and another client while the limit is used
//   up, perhaps a second round after a window, and one request after another window.
//
// A second round is made where the first one could have been disturbed: by requests that this client had made
// before, or by a counter that started anew in the middle. Pure functions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "probes/kind.h"
#include "probes/rate_limit_settings.h"

namespace assay::probes {

enum class RateOutcome : std::uint8_t {
  accepted,
  rejected,
  rejected_otherwise,  // 429 or 503, but not a status that the gate file expects
  broken               // no answer, or another 5xx
};
RateOutcome rate_outcome(const RateLimitSettings& settings, const client::Answer& answer);

// Requests of one client until one was rejected.
struct RateRound {
  Exchanges exchanges;
  std::size_t accepted = 0, rejected = 0;  // the latter with any status
  std::size_t first_rejection = 0;         // counted from 1; 0: none
  const Exchange* rejection = nullptr;     // the first of them
  const Exchange* broken = nullptr;        // the first of them
  Nanos elapsed{0};

  bool early(const RateLimitSettings& settings) const {
    return rejected > 0 && accepted < settings.promised();
  }
  // What the limit lets through in that time; one more, because some count to the limit and some beyond.
  std::uint64_t allowed(const RateLimitSettings& settings) const {
    return settings.promised() + settings.refilled(elapsed) + 1;
  }
  bool loose(const RateLimitSettings& settings) const { return accepted > allowed(settings); }
};

struct RateWalk {
  Exchanges controls_before, controls_after;
  RateRound first, second;  // the second one is empty where none was needed
  const Exchange* other_client = nullptr;
  const Exchange* recovery = nullptr;
  std::vector<client::Ask> next_asks;  // empty: it is at its end

  const RateRound& judged() const { return second.exchanges.empty() ? first : second; }
};

RateWalk walk_rate_limit(const Probe& probe, Exchanges so_far);

Nanos median_time(Exchanges exchanges);
// Whether answers have become so much slower that the target is at its end, not its limit.
bool is_much_slower(Nanos before, Nanos after);

}  // namespace assay::probes
