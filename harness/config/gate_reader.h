// From the text of a gate file to a GateSpec, or to every mistake in it. Reads no environment and no command
// line by itself: the caller hands both over; only files of secrets are opened. YAML and JSON take the same
// way. A value, not thread-safe; nothing is kept between calls.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/config_error.h"
#include "base/expected.h"
#include "base/source.h"
#include "config/gate_spec.h"

namespace assay::config {

struct ProbeForm;

struct ReadOptions {
  std::function<std::optional<std::string>(std::string_view)> environment;  // empty: no variable is set
  std::map<std::string, std::string> variables;  // --var name=value: replaces a declared variable
  std::map<std::string, std::string> targets;    // --target candidate=URL: replaces or adds the URL of an arm
  // --aa: the baseline is reached as the candidate is, at its own --target URL or the candidate's
  bool same_build = false;
  bool stored_baseline = false;  // --baseline stored: no live baseline, whatever the file says
  // assay watch: no load is offered, whatever the file says. 0: as long as the file watches, or 10 minutes.
  std::optional<Nanos> watch;
  std::string folder;  // relative paths in the gate file start here; empty: where assay runs
  std::span<const ProbeForm> probe_forms;  // the kinds of probes that may be named; from probes/registry
};

Expected<GateSpec, ConfigErrors> read_gate(std::shared_ptr<const SourceFile> source,
                                           const ReadOptions& options);

}  // namespace assay::config
