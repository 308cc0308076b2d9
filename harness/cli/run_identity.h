// With which other runs a run may be compared, and the form in which a store keeps it. Pure functions.
#pragma once
#include <map>
#include <string>

#include "config/gate_spec.h"
#include "model/run_record.h"
#include "model/stored_run.h"
#include "store/earlier_runs.h"

namespace assay::cli {

// The gate's name, or that of its file.
std::string run_name(const config::GateSpec& gate);

// Notes in the result what only the gate file knows; call it while the gate is at hand.
void note_identity(RunResult& result, const config::GateSpec& gate);

// What must be equal in runs that are compared: the generator's machine and build, how far away the targets
// are, whether TLS is spoken, and what the gate says about the place. Names of hosts are not in it: runners
// and canaries get new ones every time.
std::map<std::string, std::string> environment_of(const RunResult& result);
RunKey key_of(const RunResult& result);
store::Asking asking_of(const RunResult& result);

// What a store calls a run: a hash of the text of its result.json.
std::string run_id(const std::string& result_json);

// A judged run with what comparisons need of it. `result_json` is the text that is stored with it, of which
// its id is made.
StoredRun stored_form(const RunRecord& record, const config::GateSpec& gate, const std::string& result_json);

}  // namespace assay::cli
