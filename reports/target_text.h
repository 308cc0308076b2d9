// What was offered to whom, and that it was offered as planned, in words that several texts share. Pure
// functions.
#pragma once
#include <string>

#include "model/run_result.h"
#include "reports/summary.h"

namespace assay::reports {

// "https://canary.example, TLSv1.3 TLS_AES_256_GCM_SHA384, connections opened: 34"
std::string target_text(const TargetFacts& target);
std::string short_target_text(const TargetFacts& target);  // without the cipher and the connections

// "constant-arrival-rate: 200/s for 60s, poisson arrivals"
std::string load_text(const LoadPhaseFacts& phase);

// "● 12,057 iterations of 12,064 due started, own lateness p99 57us"
std::string sound_text(const HealthSummary& health);

}  // namespace assay::reports
