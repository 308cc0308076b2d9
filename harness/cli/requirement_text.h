// Thresholds and comparisons in words.
#pragma once
#include <string>

#include "config/gate_spec.h"

namespace assay::cli {

// "p99 of the response time of step "list invoices" must be below 300ms, in every window of 30s"
std::string threshold_text(const config::ThresholdSpec& threshold);

// "p95 of the response time may be at most 10% higher than the baseline's (changes below 1ms never fail)"
std::string comparison_text(const config::CompareSpec& compare);

}  // namespace assay::cli
