#include "cli/gate_run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iterator>
#include <ostream>
#include <utility>

#include "base/utc.h"
#include "cli/environment_facts.h"
#include "cli/gate_metrics.h"
#include "cli/gate_probes.h"
#include "cli/gate_watch.h"
#include "cli/interrupts.h"
#include "cli/run_identity.h"
#include "cli/run_planner.h"
#include "cli/stored_noise.h"
#include "cli/stored_runs.h"
#include "cli/traffic_watch.h"
#include "engine/run.h"
#include "probes/addresses.h"
#include "probes/once.h"
#include "probes/registry.h"
#include "reports/progress_line.h"
#include "verdict/judge.h"

namespace assay::cli {
namespace {

using Moment = std::chrono::system_clock::time_point;

// On the clock of the world, for what keeps time by it.
Moment wall_time_of(TimePoint moment) {
  return std::chrono::system_clock::now() +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(moment - Clock::now());
}

// What a run is made of, before it begins. Refers to what its caller holds.
struct Offer {
  const Context& context;
  const Gate& gate;
  const GateRunOptions& options;
  const std::filesystem::path& directory;
  const verdict::KnownNoises& known;
};

// Measures; what the machine could not do becomes part of the result, so that it is stored and reported like
// any run.
RunResult offer_load(const Offer& offer, Interrupts& interrupts, GateProbes& probes) {
  const auto& [context, gate, options, directory, known] = offer;
  reports::ProgressLine progress(context.err, context.err_is_terminal);
  GateMetrics metrics(gate.spec, interrupts);
  const auto could_not = [](const SystemError& error) {
    RunResult result;
    result.could_not_run = error.message();
    return result;
  };
  const auto plan = plan_run(gate, options.run);
  if (!plan) return could_not(plan.error());

  engine::RunControl control;
  control.directory = directory;
  control.interrupt_fd = interrupts.fd();
  control.interrupted_by = [&] { return interrupts.take(); };
  control.on_start = [&](TimePoint start) {
    metrics.began(wall_time_of(start));
    probes.load_began(start);
  };
  const bool quiet = options.quiet;
  if (!quiet) control.on_snapshot = [&](const LiveSnapshot& snapshot) { progress.show(snapshot); };
  const auto say = [&](const std::string& news) {
    if (!quiet) progress.say(news);
  };
  GateWatch watch(gate.spec, known, plan->segment, say, [&](RunResult& so_far) { metrics.put_into(so_far); });
  control.enough = [&](const LiveSnapshot& snapshot, const engine::RunSoFar& so_far) {
    return watch.enough(snapshot, so_far);
  };
  auto result = engine::run(plan.value(), control);
  progress.finish();
  if (!result) return could_not(result.error());
  watch.note_in(*result);
  // Of several machines, the first asks.
  if (plan->segment.index == 1) metrics.put_into(*result);
  return std::move(result).value();
}

RunResult watch_other_traffic(const Offer& offer, Interrupts& interrupts, GateProbes& probes) {
  reports::ProgressLine progress(offer.context.err, offer.context.err_is_terminal);
  GateMetrics metrics(offer.gate.spec, interrupts);
  return watch_traffic({.gate = offer.gate.spec,
                        .metrics = metrics,
                        .interrupts = interrupts,
                        .on_start = [&](TimePoint start) { probes.load_began(start); },
                        .say =
                            [&](const std::string& news) {
                              if (!offer.options.quiet) progress.say(news);
                            }});
}

RunResult withheld(std::string reason, Interrupts& interrupts) {
  RunResult result;
  result.load_withheld = std::move(reason);
  if (interrupts.came()) result.interrupted_by = interrupts.take();
  return result;
}

// The load with the probes around it. On one machine of several only the first has probes: they look at the
// same deployment.
RunResult measure(const Offer& offer) {
  const Gate& gate = offer.gate;
  const bool is_first = offer.options.run.segment_part().index == 1;
  std::vector<probes::Probe> all;
  if (is_first) all = at_every_address(probes::make_probes(gate.spec));
  std::vector<const probes::Probe*> pointers;
  for (const probes::Probe& probe : all) pointers.push_back(&probe);
  const auto guardian = probes::guardian_for(pointers);  // before any thread
  Interrupts interrupts;
  if (!guardian) return withheld(guardian.error().message(), interrupts);
  GateProbes probes(std::move(all), guardian->get(), interrupts);
  const auto failed = probes.before_load();
  RunResult result;
  if (failed) {
    result = withheld(*failed, interrupts);
  } else if (gate.spec.load.empty()) {
    probes.without_load();
    result = withheld("the gate file describes none", interrupts);
  } else {
    probes.load_begins();
    result = gate.spec.offers_load() ? offer_load(offer, interrupts, probes)
                                     : watch_other_traffic(offer, interrupts, probes);
    probes.load_ended(result);
  }
  probes.after_load();
  result.probes = probes.take();
  result.probes_lead = probes.lead();
  return result;
}

// Who and what this run is: everything the engine does not know.
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
  parser.add_flag("--quiet", quiet, "No progress on standard error");
}

ExitCode run_gate(const Context& context, const Gate& gate, const GateRunOptions& options) {
  const std::string contradiction = options.run.contradiction(gate.spec);
  if (!contradiction.empty()) {
    context.err << "assay: " << contradiction << '\n';
    return ExitCode::usage;
  }
  const Moment started = std::chrono::system_clock::now();
  if (!store_is_ready(context, gate.spec, options.saving)) return ExitCode::invalid;
  const auto directory = prepare_directory(context, options.out, {utc_text(started), run_name(gate.spec)});
  if (!directory) return ExitCode::invalid;

  const auto known = noise_on_the_way(context, gate.spec, options.saving);
  RunRecord record{.result = measure({context, gate, options, *directory, known}), .verdict = std::nullopt};
  identify(record.result, context, gate, started);
  // Parts of a run are judged together, by `assay merge`.
  if (record.result.segment.count == 1) judge_run(record, context, gate.spec, options.saving);

  if (!store_run(context, record, *directory)) return ExitCode::invalid;
  options.report.write(context, record, *directory);
  if (!record.result.load_withheld && gate.spec.offers_load())
    keep_run(context, record, gate.spec, options.saving, *directory);
  return exit_code_of(record);
}

}  // namespace assay::cli
