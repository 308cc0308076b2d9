// Moments as files and services write them: ISO 8601 with a time zone. Pure.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/expected.h"

namespace assay::probes {

using WallTime = std::chrono::system_clock::time_point;

// "2026-02-14T09:00:00Z", also with a fraction, "+02:00", "+0200" or "+02". Without a zone it is refused: a
// guess would be wrong by hours just where hours matter. The reason is a sentence without a final stop.
Expected<WallTime, std::string> parse_iso_time(std::string_view text);

}  // namespace assay::probes
