// Commands as probes hold them: how a gate file names them, and how their end is told.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"
#include "config/probe_form.h"

namespace assay::probes {

// A list of arguments, the program first. A text is refused, because nothing but a shell could split it.
std::vector<std::string> read_argv(const config::ProbeReading& reading, const config::Node& node,
                                   std::string_view label);

// "kubectl get pods", for labels.
client::Ask command_ask(std::vector<std::string> argv);

// "3", "signal 11 (Segmentation fault)"; with the last line that it wrote, which mostly says why.
std::string how_it_ended(const client::CommandAnswer& answer);

}  // namespace assay::probes
