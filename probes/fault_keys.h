// The keys `inject` and `clear` of `alert-lifecycle`: how a fault is brought about and taken back.
#pragma once
#include "config/probe_form.h"
#include "probes/lifecycle_settings.h"

namespace assay::probes {

// Both, and what the fault needs of the rest: a target, its host among `dangerous`, load beside it.
void read_fault(const config::ProbeReading& reading, LifecycleSettings& settings);

// A scenario of the gate file as requests, in the order of its steps. What only a virtual user can do
// (extraction, checks, pauses) is reported where it stands.
std::vector<FaultStep> read_fault_scenario(const config::ProbeReading& reading, const config::Node& node);

}  // namespace assay::probes
