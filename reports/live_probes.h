// The probes of a run that goes on: how many are well, and those in trouble or under way by name. A part of
// the live screen. Pure.
#pragma once
#include <vector>

#include "model/live_run.h"
#include "reports/blocks.h"
#include "reports/palette.h"

namespace assay::reports {

Block live_probes(const std::vector<LiveProbe>& probes, unsigned rank, const Palette& palette);

}  // namespace assay::reports
