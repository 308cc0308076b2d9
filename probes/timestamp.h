// Moments in the JSON of services: ISO 8601 text, or seconds or milliseconds since 1970. Pure.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "probes/iso_time.h"

namespace assay::probes {

// A string as in iso_time.h, or a number; 1e11 and more are milliseconds.
std::optional<WallTime> parse_json_time(std::string_view value);

}  // namespace assay::probes
