// How numbers are written in the sentences of findings. Signed changes keep one decimal, so that an estimate
// and its interval line up. Pure functions.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "config/gate_spec.h"

namespace assay::verdict {

std::string signed_percent(double ratio);                         // 0.11: "+11.0 %"
std::string signed_points(double difference);                     // -0.0012: "-0.12 pp"
std::string change_range(double low, double high);                // -0.03, 0.12: "3 % faster to 12 % slower"
std::string points_range(double low, double high);                // 0.001, 0.006: "0.1 pp to 0.6 pp higher"
std::string rate_range(double low, double high);                  // -0.08, -0.02: "2 % to 8 % lower"
std::string nanoseconds_text(double ns);                          // "312ms"
std::string percent(double ratio);                                // "0.25 %"
std::string points(double difference);                            // "0.25 pp"
std::string rough_duration(double seconds);                       // "40 s", "4 min", "2.5 h": for estimates
std::string counted(std::uint64_t count, std::string_view noun);  // "1 request", "1,200 requests"

// A value of a server metric.
std::string in_unit(double value, Unit unit);

// A measured value of a threshold in the unit of its aggregate.
std::string threshold_value(const config::ThresholdSpec& threshold, double value);

}  // namespace assay::verdict
