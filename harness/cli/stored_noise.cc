#include "cli/stored_noise.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "cli/environment_facts.h"
#include "cli/run_identity.h"
#include "store/baseline_store.h"
#include "store/earlier_runs.h"

namespace assay::cli {
namespace {

using Facts = std::map<std::string, std::string>;

bool same_where_known(Facts stored, Facts own) {
  for (const char* unknown : {"target", "generators"}) {
    stored.erase(unknown);
    own.erase(unknown);
  }
  return stored == own;
}

}  // namespace

Expected<std::optional<NoiseFacts>, SystemError> stored_noise(const Context& context,
                                                              const config::GateSpec& gate,
                                                              const std::string& location) {
  auto store = store::BaselineStore::open(location, store::Missing::refuse);
  if (!store) return Unexpected(store.error());
  RunResult planned;
  planned.name = run_name(gate);
  note_identity(planned, gate);
  planned.environment = environment_facts(context);
  const RunKey own = key_of(planned);
  const Facts here = environment_of(planned);
  const auto runs = store->list({.gate = own.gate, .most = store::kMostEarlierRuns});
  if (!runs) return Unexpected(runs.error());
  const auto newest = std::ranges::find_if(*runs, [&](const StoredRun& run) {
    return run.arms == 2 && run.grade != Grade::invalid && run.key.scenario_hash == own.scenario_hash &&
           run.key.load_hash == own.load_hash && same_where_known(run.environment, here);
  });
  if (newest == runs->end()) return std::optional<NoiseFacts>{};
  NoiseFacts noise = store::noise_of(*runs, {newest->key, newest->environment, ""});
  noise.source = store->shown();
  return std::optional(std::move(noise));
}

}  // namespace assay::cli
