// Probes as JUnit XML, the dialect that Jenkins, GitLab and the GitHub actions read: a test case for each
// probe, a failure for `fail`, an error for `error`, a skip for `skip`.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "model/probe_result.h"

namespace assay::reports {

std::string probe_junit(std::string_view gate, std::span<const ProbeResult> probes);

}  // namespace assay::reports
