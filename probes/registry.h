// The table of all kinds of probes, and the way from a gate file to probes that can be carried out.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "config/gate_spec.h"
#include "config/probe_form.h"
#include "probes/kind.h"
#include "probes/probe.h"

namespace assay::probes {

std::span<const Kind* const> kinds();
const Kind* find_kind(std::string_view name);
std::span<const config::ProbeForm> forms();  // for config::ReadOptions

std::vector<Probe> make_probes(const config::GateSpec& gate);

}  // namespace assay::probes
