// What kinds that judge over time share: ticks in order, and that there will be ticks at all. The pointers
// refer to the ticks.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probes/kind.h"

namespace assay::probes {

// Those on new or on kept connections, by when they were due.
std::vector<const Tick*> in_order(std::span<const Tick> ticks, bool reused = false);
// The first of that name; null: the tick measured none.
const Measure* find_measure(const Tick& tick, std::string_view name);
// "33.100 s", since the probes began.
std::string moment_text(Nanos moment);

// A kind that says nothing of a single tick: a mistake where its phase makes only one.
void require_repetition(const config::ProbeReading& reading);

}  // namespace assay::probes
