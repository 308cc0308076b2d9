#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <ostream>

#include "base/units.h"
#include "cli/baseline_commands.h"
#include "cli/measure_text.h"
#include "cli/store_choice.h"
#include "reports/table.h"
#include "stats/noise_prior.h"
#include "stats/noise_profile.h"
#include "stats/random_effects.h"
#include "store/earlier_runs.h"
#include "verdict/wording.h"

namespace assay::cli {
namespace {

using reports::Align;
using Group = std::vector<StoredRun>;  // of one key, newest first

std::vector<Group> groups_of(const std::vector<StoredRun>& runs) {
  std::vector<Group> groups;
  std::map<RunKey, std::size_t> place;
  for (const StoredRun& run : runs) {
    if (run.arms < 2) continue;
    const auto [found, is_new] = place.emplace(run.key, groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].push_back(run);
  }
  return groups;
}

std::string alarm_text(const store::FalseAlarms& alarms) {
  if (alarms.judged == 0) return "not measured: there is no A/A run; `assay run GATE --aa --save` makes one";
  return fmt::format("{} of {} failed: {} (95 % interval {} to {}); {} passed", alarms.failed,
                     verdict::counted(alarms.judged, "A/A run"), format_ratio(alarms.rate),
                     format_ratio(alarms.low), format_ratio(alarms.high), alarms.passed);
}

std::string placement_text(const NoiseFacts& facts) {
  if (facts.placement_runs >= stats::kFewestPlacements)
    return fmt::format("from {} between two instances", verdict::counted(facts.placement_runs, "A/A run"));
  return fmt::format(
      "not known: {} of {} A/A runs between two instances; deploy the build twice, then `assay "
      "run GATE --aa --target baseline=URL2 --save`",
      facts.placement_runs, stats::kFewestPlacements);
}

std::string profile_text(const NoiseFacts& facts) {
  const bool enough = facts.runs >= stats::NoiseProfile::kFewest;
  return fmt::format("from the last {} with two arms, {}{}", verdict::counted(facts.runs, "run"),
                     load_text(facts.seconds, facts.requests_per_s),
                     enough ? "" : fmt::format("; a profile needs {}", stats::NoiseProfile::kFewest));
}

// For how long slow noise hangs together, as a gate that declares no correlation time takes it.
std::string lasting_text(const MetricNoise& metric) {
  if (metric.spectra.size() < stats::NoiseProfile::kFewest) return "-";
  const std::vector<stats::NoiseVector> oldest_first(metric.spectra.rbegin(), metric.spectra.rend());
  const stats::CorrelationTime found = stats::correlation_of(oldest_first);
  const auto rounded = [](double seconds) { return fmt::format("{:.2g}", seconds); };
  return fmt::format("{} s ({} to {})", rounded(found.seconds), rounded(found.low), rounded(found.high));
}

void write_metrics(std::ostream& out, const NoiseFacts& facts) {
  reports::Table table({Align::left, Align::right, Align::right, Align::right, Align::right});
  table.add({"metric", "standard error", "slow share", "lasts", "one instance"});
  for (const MetricNoise& metric : facts.metrics) {
    table.add({metric.metric, deviation_text(metric.metric, metric.standard_error),
               format_ratio(metric.slow_share), lasting_text(metric),
               metric.instance_sd ? deviation_text(metric.metric, *metric.instance_sd) : "-"});
  }
  out << table.text();
}

void write_group(std::ostream& out, const Group& group) {
  const StoredRun& newest = group.front();
  std::string place;
  for (const auto& [what, value] : newest.environment)
    place.append(place.empty() ? "" : ", ").append(what).append(" ").append(value);
  const NoiseFacts facts = store::noise_of(group, {newest.key, newest.environment, ""});
  out << fmt::format("{}, scenarios {}, load {}\n", newest.key.gate, newest.key.scenario_hash,
                     newest.key.load_hash);
  reports::Table table({Align::left, Align::left});
  table.add({"measured on", reports::printable(place)});
  table.add({"false alarms", alarm_text(store::false_alarms_of(group))});
  table.add({"noise", profile_text(facts)});
  table.add({"placement", placement_text(facts)});
  out << table.text();
  write_metrics(out, facts);
}

class NoiseCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("GATE", gate_, "The name of a gate")->required()->type_name("");
    store_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    auto store = open_store(context, store_.location(context), store::Missing::refuse);
    if (!store) return ExitCode::invalid;
    const auto runs = value_or_report(context, store->list({.gate = gate_}));
    if (!runs) return ExitCode::invalid;
    const std::vector<Group> groups = groups_of(*runs);
    if (groups.empty()) {
      context.err << "assay: " << store->shown() << " holds no run of \"" << gate_
                  << "\" with two arms, which is where noise is read from (`assay baseline list` shows what "
                     "is there)\n";
      return ExitCode::usage;
    }
    for (const Group& group : groups) {
      if (&group != &groups.front()) context.out << '\n';
      write_group(context.out, group);
    }
    return ExitCode::pass;
  }

 private:
  std::string gate_;
  StoreChoice store_;
};

}  // namespace

std::unique_ptr<Command> make_baseline_noise_command() { return std::make_unique<NoiseCommand>(); }

}  // namespace assay::cli
