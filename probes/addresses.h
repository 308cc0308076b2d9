// `resolve: all`: a probe for every address that a host name has, so that none of them hides behind another.
#pragma once
#include <vector>

#include "probes/probe.h"

namespace assay::probes {

// A probe that wants it becomes one for each address of its host, named "NAME at ADDRESS"; all others stay as
// they are, and so does one whose host has no address: it will say so itself. Asks the system's resolver, and
// waits for it.
std::vector<Probe> at_every_address(std::vector<Probe> probes);

}  // namespace assay::probes
