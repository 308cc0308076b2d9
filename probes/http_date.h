// Moments in HTTP fields: Date, Expires, Last-Modified, and the Expires of cookies.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "client/ask.h"

namespace assay::probes {

// All formats that servers use, and whatever else the tolerant algorithm of RFC 6265 (5.1.1) makes out.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

// When the server answered by its own clock, else by ours: what its other dates count from.
std::chrono::sys_seconds time_of(const client::Answer& answer);

// At most 68 years, to either side.
Nanos between(std::chrono::sys_seconds from, std::chrono::sys_seconds to);

}  // namespace assay::probes
