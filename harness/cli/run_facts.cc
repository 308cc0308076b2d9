#include "cli/run_facts.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/utc.h"
#include "cli/environment_facts.h"
#include "cli/run_identity.h"
#include "cli/store_choice.h"

namespace assay::cli {

void identify(RunResult& result, const Context& context, const Gate& gate, Moment started) {
  if (result.started_utc.empty()) result.started_utc = utc_text(started);
  result.description = gate.spec.description;
  result.name = run_name(gate.spec);
  note_identity(result, gate.spec);
  result.id = fmt::format("{:%Y%m%dT%H%M%SZ}-{}", fmt::gmtime(started), result.name);
  result.command_line = {"assay"};
  std::ranges::transform(context.arguments, std::back_inserter(result.command_line), shown_argument);
  result.gate_path = gate.spec.source->path();
  result.gate_text = gate.spec.source->text();
  result.overrides = gate.overrides;
  result.same_build = gate.same_build;
  result.environment = environment_facts(context);
}

}  // namespace assay::cli
