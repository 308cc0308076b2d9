// Wall-clock moments as text. Labels only: no latency is ever computed from them.
#pragma once
#include <chrono>
#include <string>

namespace assay {

// ISO 8601 in UTC with milliseconds: "2026-02-14T09:00:00.125Z".
std::string utc_text(std::chrono::system_clock::time_point moment);

}  // namespace assay
