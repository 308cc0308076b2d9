// Wall-clock moments as text. Labels only: no latency is ever computed from them.
#pragma once
#include <chrono>
#include <optional>
#include <string>

namespace assay {

// ISO 8601 in UTC with milliseconds: "2026-02-14T09:00:00.125Z".
std::string utc_text(std::chrono::system_clock::time_point moment);
// And back, with or without a fraction of a second. Nothing: it is not written so.
std::optional<std::chrono::system_clock::time_point> utc_moment(const std::string& text);

}  // namespace assay
