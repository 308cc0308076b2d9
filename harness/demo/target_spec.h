// Reads what a user writes about the embedded target on the command line:
//   --path '/items=lognormal(20ms,0.5) errors=1% status=503'    --stall 2s/10s
// The same settings by the same names are the keys of the target file (target_file.h). Errors are sentences
// without a final stop, or ConfigErrors with a caret into the argument.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/config_error.h"
#include "base/expected.h"
#include "base/units.h"
#include "demo/latency.h"
#include "demo/target_options.h"

namespace assay::demo {

// "20ms", "lognormal(20ms,0.5)", "bimodal(5ms,80ms,10%)" (10% take 80ms), "pareto(5ms,1.5)".
Parsed<Latency> parse_latency(std::string_view text);

// "2s/10s": silent for the last 2 s of every 10 s.
Parsed<StallWindows> parse_stall(std::string_view text);

// One path and its settings: PATTERN=[LATENCY] [KEY=VALUE ...] [json=REST | text=REST].
Expected<PathOptions, ConfigErrors> parse_path(const std::string& text);

// The settings of a path: what they are called, whether they stand alone, and what they do.
struct PathSetting {
  std::string_view name;
  bool is_flag;  // no value on the command line; true or false in a file
  std::string (*apply)(PathOptions& path, std::string_view);  // empty: done; else why not
};
std::span<const PathSetting> path_settings();
const PathSetting* find_path_setting(std::string_view name);
std::string did_you_mean_setting(std::string_view name);

}  // namespace assay::demo
