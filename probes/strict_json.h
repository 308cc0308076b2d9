// JSON that two parsers cannot read differently: valid, whole, and without a key that occurs twice.
#pragma once
#include <string>

#include "client/ask.h"

namespace assay::probes {

// Why the body is no such JSON: "HTML", "nothing", `the key "status" twice`; empty: it is.
std::string json_fault(const client::HttpAnswer& answer);

}  // namespace assay::probes
