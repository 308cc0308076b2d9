// Reads the embedded target's options from a small YAML (or JSON) file:
//   listen: 127.0.0.1:8080
//   seed: 7
//   tls: { ca_out: ca.pem }                 # or certificate and key; flaw: expired | wrong-name
//   stall: 2s/10s
//   log: requests.csv
//   paths:
//     /items: { latency: "lognormal(20ms,0.5)", errors: 1% }
//     /slow:  300ms
// Unknown keys and wrong values are collected, each with its line and column. yaml-cpp stays behind this
// door.
#pragma once
#include <string>

#include "base/config_error.h"
#include "base/expected.h"
#include "demo/target_options.h"

namespace assay::demo {

// `path` is named in errors; `text` is the file's content.
Expected<TargetOptions, ConfigErrors> parse_target_file(const std::string& path, const std::string& text);

// "127.0.0.1:8080", "[::1]:0" or "127.0.0.1" into the two options; empty: done, else why not.
std::string set_listen(TargetOptions& options, std::string_view text);

}  // namespace assay::demo
