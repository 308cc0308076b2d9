// Sets of port numbers as gate files write them and reports show them: "443", "8000-8010".
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "config/probe_form.h"

namespace assay::probes {

using PortSet = std::set<std::uint16_t>;

// One port or range, or a list of them. Mistakes go to the context.
PortSet read_ports(const config::ProbeReading& reading, const config::Node& node, std::string_view label);

// "22, 80, 8000-8010"; empty: "none".
std::string shown(const PortSet& ports);

}  // namespace assay::probes
