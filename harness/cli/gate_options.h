// GATE, --target and --var: how every command that takes a gate file names it, and the file read with them.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/gate.h"
#include "config/gate_reader.h"
#include "model/run_result.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct GateOptions {
  std::string path;
  std::vector<std::string> targets, variables;  // "name=value"
  bool same_build = false;                      // --aa
  std::string baseline = "live";                // --baseline
  std::optional<Nanos> watch;                   // assay watch; 0: as long as the file says

  void declare(CLI::App& parser);
  void declare_arms(CLI::App& parser);  // --aa and --baseline, for commands that offer load or forecast it
};

// The gate file, read and compiled, or every mistake in it written to context.err. `overrides` remembers
// --target and --var, so that a stored run can be judged again: variables under their own names, targets as
// "--target candidate".
std::optional<Gate> read_gate_file(const Context& context, const GateOptions& options);
std::optional<Gate> read_gate_text(const Context& context, const std::string& path, std::string text,
                                   config::ReadOptions options);

// The gate file that judges a stored run: `path`, or, when it is empty, the one stored with the run, with
// that run's --var. Environment variables that are not set here get a placeholder: nothing is sent any more.
std::optional<Gate> read_judging_gate(const Context& context, const RunResult& result,
                                      const std::string& path);

}  // namespace assay::cli
