// Levels and differences of stored runs as people read them. Pure functions. `metric` decides the scale:
// latencies are kept as logs, the error rate as it is.
#pragma once
#include <string>
#include <string_view>

namespace assay::cli {

bool is_error_rate(std::string_view metric);
std::string level_text(std::string_view metric, double level);       // "84.1ms", "0.25%"
std::string change_text(std::string_view metric, double change);     // "+4.2%", "-0.12pp"
std::string deviation_text(std::string_view metric, double spread);  // "1.2%", "0.05pp"

// "24 s at 400/s"
std::string load_text(double seconds, double requests_per_s);

}  // namespace assay::cli
