#include "cli/gate_run.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <ostream>
#include <utility>

#include "base/utc.h"
#include "cli/gate_load.h"
#include "cli/gate_probes.h"
#include "cli/interrupts.h"
#include "cli/run_facts.h"
#include "cli/run_identity.h"
#include "cli/stored_noise.h"
#include "cli/stored_runs.h"
#include "probes/addresses.h"
#include "probes/once.h"
#include "probes/registry.h"
#include "verdict/judge.h"

namespace assay::cli {
namespace {

// What a run is made of, before it begins. Refers to what its caller holds.
struct Offer {
  const Context& context;
  const Gate& gate;
  const GateRunOptions& options;
  const std::filesystem::path& directory;
  const verdict::KnownNoises& known;
  Moment started;
};

RunResult withheld(std::string reason, Interrupts& interrupts) {
  RunResult result;
  result.load_withheld = std::move(reason);
  if (interrupts.came()) result.interrupted_by = interrupts.take();
  return result;
}

LiveRun live_run_of(const Gate& gate, const Segment& segment) {
  LiveRun run;
  run.gate = run_name(gate.spec);
  run.judged = segment.count == 1;
  return run;
}

// The load with the probes around it. On one machine of several only the first has probes: they look at the
// same deployment. Nothing: it cannot be shown as the user wants, and why was said.
std::optional<RunResult> measure(const Offer& offer) {
  const Gate& gate = offer.gate;
  const bool is_first = offer.options.run.segment_part().index == 1;
  std::vector<probes::Probe> all;
  if (is_first) all = at_every_address(probes::make_probes(gate.spec));
  std::vector<const probes::Probe*> pointers;
  for (const probes::Probe& probe : all) pointers.push_back(&probe);
  const auto guardian = probes::guardian_for(pointers);  // before any thread
  Interrupts interrupts;
  if (!guardian) return withheld(guardian.error().message(), interrupts);
  const auto views = LiveViews::open(offer.context, offer.options.live);
  if (!views) return std::nullopt;
  GateProbes probes(std::move(all), guardian->get(), interrupts);
  LiveFeed feed(live_run_of(gate, offer.options.run.segment_part()), probes.board(),
                [&offer](RunResult& so_far) { identify(so_far, offer.context, offer.gate, offer.started); });
  views->attach_to(feed);
  const auto failed = probes.before_load();
  RunResult result;
  if (failed) {
    result = withheld(*failed, interrupts);
  } else if (gate.spec.load.empty()) {
    probes.without_load();
    result = withheld("the gate file describes none", interrupts);
  } else {
    result = carry_out({gate, offer.options.run, offer.directory, offer.known, interrupts, probes, feed});
  }
  probes.after_load();
  result.probes = probes.take();
  result.probes_lead = probes.lead();
  return result;
}

// Before the load is offered, so that nothing is measured for a store that is not there.
bool store_is_ready(const Context& context, const config::GateSpec& gate, const SaveOptions& saving) {
  return !saving.wanted(gate) ||
         open_store(context, saving.location(context, gate), store::Missing::create).has_value();
}

// For looks on the way. A store that cannot be read now is part of the verdict at the end.
verdict::KnownNoises noise_on_the_way(const Context& context, const config::GateSpec& gate,
                                      const SaveOptions& saving) {
  if (!saving.wanted(gate)) return {};
  const auto noise = stored_noise(context, gate, saving.location(context, gate));
  return noise && *noise ? verdict::known_noises(**noise) : verdict::KnownNoises{};
}

void judge_run(RunRecord& record, const Context& context, const config::GateSpec& gate,
               const SaveOptions& saving) {
  verdict::Earlier earlier;
  if (saving.wanted(gate))
    earlier = read_earlier(saving.location(context, gate), store::Missing::create, record.result, gate);
  record.verdict = verdict::judge(record.result, gate, earlier);
}

}  // namespace

void GateRunOptions::declare(CLI::App& parser) {
  run.declare(parser);
  declare_output(parser);
}

void GateRunOptions::declare_output(CLI::App& parser) {
  parser.add_option("--out", out, "The run directory to write")
      ->type_name("DIR")
      ->default_str("assay-runs/<utc>-<name>");
  report.declare(parser);
  live.declare(parser);
  servers.declare(parser);
  parser.get_option("--quiet")->excludes(parser.get_option("--verbose"));
}

ExitCode run_gate(const Context& context, const Gate& gate, const GateRunOptions& options) {
  const std::string contradiction = options.run.contradiction(gate.spec);
  if (!contradiction.empty()) {
    context.err << "assay: " << contradiction << '\n';
    return ExitCode::usage;
  }
  const auto receivers = receivers_of(context, options.servers);
  if (!receivers) return ExitCode::usage;
  const Moment started = std::chrono::system_clock::now();
  if (!store_is_ready(context, gate.spec, options.saving)) return ExitCode::invalid;
  const auto directory = prepare_directory(context, options.out, {utc_text(started), run_name(gate.spec)});
  if (!directory) return ExitCode::invalid;

  const auto known = noise_on_the_way(context, gate.spec, options.saving);
  auto measured = measure({context, gate, options, *directory, known, started});
  if (!measured) return ExitCode::invalid;
  RunRecord record{.result = *std::move(measured), .verdict = std::nullopt};
  identify(record.result, context, gate, started);
  // Parts of a run are judged together, by `assay merge`.
  if (record.result.segment.count == 1) judge_run(record, context, gate.spec, options.saving);

  if (!store_run(context, record, *directory)) return ExitCode::invalid;
  RunOutput output = options.report;
  output.report.quiet = options.live.quiet;
  output.write(context, record, *directory);
  if (!record.result.load_withheld && gate.spec.offers_load())
    keep_run(context, record, gate.spec, options.saving, *directory);
  send_metrics(context, record, *receivers);
  return exit_code_of(record);
}

}  // namespace assay::cli
