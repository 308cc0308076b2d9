#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ostream>

#include "base/units.h"
#include "cli/baseline_commands.h"
#include "cli/measure_text.h"
#include "cli/store_choice.h"
#include "reports/table.h"
#include "verdict/wording.h"

namespace assay::cli {
namespace {

using reports::Align;

void write_facts(std::ostream& out, const StoredRun& run) {
  reports::Table table({Align::left, Align::left});
  const auto add = [&](const std::string& what, const std::string& value) {
    table.add({what, reports::printable(value)});
  };
  add("id", run.id);
  if (!run.name.empty()) add("name", run.name);
  add("gate",
      fmt::format("{}, scenarios {}, load {}", run.key.gate, run.key.scenario_hash, run.key.load_hash));
  add("verdict", std::string(name(run.grade)) + (run.pinned ? ", pinned" : ""));
  add("started", run.started_utc + ", saved " + run.saved_utc);
  add("judged", fmt::format("{} over {}{}", load_text(run.measures.seconds, run.measures.requests_per_s),
                            verdict::counted(run.arms, "arm"), run.same_build ? ", an A/A run" : ""));
  add("environment", run.key.environment_hash);
  for (const auto& [what, value] : run.environment) add("  " + what, value);
  for (const auto& [what, value] : run.labels) add("label " + what, value);
  out << table.text();
}

std::string level_of(const MetricMeasure& metric, Arm arm) {
  const auto& level = metric.levels[static_cast<std::size_t>(arm)];
  if (!level) return "-";
  return level_text(metric.metric, level->level) + " ±" +
         deviation_text(metric.metric, level->standard_error);
}

void write_measures(std::ostream& out, const RunMeasures& measures) {
  reports::Table table({Align::left, Align::right, Align::right, Align::right, Align::right});
  table.add({"metric", "candidate", "baseline", "difference", "slow share"});
  for (const MetricMeasure& metric : measures.metrics) {
    const auto& difference = metric.difference;
    table.add({metric.metric, level_of(metric, Arm::candidate), level_of(metric, Arm::baseline),
               difference ? change_text(metric.metric, difference->estimate) + " ±" +
                                deviation_text(metric.metric, difference->standard_error)
                          : "-",
               difference ? format_ratio(difference->slow_share) : "-"});
  }
  out << '\n' << table.text() << "  ± one standard error of chance within the run\n";
}

class ShowCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("RUN", run_, "The id of a stored run (its start is enough) or its name")
        ->required()
        ->type_name("");
    store_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    auto store = open_store(context, store_.location(context), store::Missing::refuse);
    if (!store) return ExitCode::invalid;
    const auto run = find_run(context, *store, run_);
    if (!run) return ExitCode::usage;
    write_facts(context.out, *run);
    write_measures(context.out, run->measures);
    return ExitCode::pass;
  }

 private:
  std::string run_;
  StoreChoice store_;
};

}  // namespace

std::unique_ptr<Command> make_baseline_show_command() { return std::make_unique<ShowCommand>(); }

}  // namespace assay::cli
