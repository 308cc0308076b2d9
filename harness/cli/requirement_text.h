// Thresholds and comparisons in words.
#pragma once
#include <string>
#include <vector>

#include "config/gate_spec.h"

namespace assay::cli {

// "p99 of the response time of step "list invoices" must be below 300ms, in every window of 30s"
std::string threshold_text(const config::ThresholdSpec& threshold);

// "p95 of the response time may be at most 10% higher than the baseline's (changes below 1ms never fail)"
std::string comparison_text(const config::CompareSpec& compare);
std::string comparison_text(const config::ServerCompareSpec& compare);

// When the run may end before or after its planned end, and what follows if it proves nothing: one sentence
// each.
std::vector<std::string> ending_texts(const config::GateSpec& gate);

}  // namespace assay::cli
