// What the last second said of both arms, with how their p95 went before: a part of the live screen. Pure.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "model/live_run.h"
#include "reports/palette.h"

namespace assay::reports {

// A head and a line an arm; empty as long as nothing was answered.
std::vector<std::string> live_arms(const LiveRun& run, std::size_t columns, const Palette& palette);

}  // namespace assay::reports
