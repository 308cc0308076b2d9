// What a gate file says about one `rate-limit` probe.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "client/ask.h"
#include "config/probe_form.h"
#include "probes/request_keys.h"
#include "probes/value_keys.h"

namespace assay::probes {

struct RateLimitSettings final : config::ProbeSettings {
  Request request;
  std::uint64_t limit = 0, burst = 0;
  Nanos window{0};
  StatusSet rejected{{{429, 429}, {503, 503}}, "429 or 503"};
  std::uint64_t requests = 0;  // at most so many in one round
  std::uint64_t at_once = 10;
  bool recovers = true;
  bool recovery_written = false;
  std::string identity_header;          // empty: the address of this machine is the identity
  std::vector<std::string> identities;  // the first is used up; the second must not suffer from it
  std::optional<std::string> control;   // a path that is not limited

  std::uint64_t promised() const { return limit + burst; }
  // What a bucket that fills all the time lets through on top.
  std::uint64_t refilled(Nanos elapsed) const;
};

extern const std::span<const std::string_view> kRateLimitKeys;
std::shared_ptr<const config::ProbeSettings> read_rate_limit(const config::ProbeReading& reading);

}  // namespace assay::probes
