#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <ostream>

#include "base/units.h"
#include "cli/command.h"
#include "cli/gate_options.h"
#include "cli/measure_text.h"
#include "cli/run_identity.h"
#include "cli/store_choice.h"
#include "cli/stored_runs.h"
#include "model/codec.h"
#include "reports/table.h"
#include "stats/distributions.h"
#include "stats/random_effects.h"

namespace assay::cli {
namespace {

using reports::Align;

constexpr double kAlpha = 0.05;
constexpr std::size_t kFewestRuns = 3;

// What one metric of earlier runs varies by from run to run, beyond chance within them.
using Spread = std::map<std::string, double>;

const LevelMeasure* candidate_level(const MetricMeasure& metric) {
  const auto& level = metric.levels[static_cast<std::size_t>(Arm::candidate)];
  return level ? &*level : nullptr;
}

std::string interval_text(const std::string& metric, double change, double error) {
  const double reach = stats::normal_quantile(1 - kAlpha) * error;
  return change_text(metric, change - reach) + " .. " + change_text(metric, change + reach);
}

class CompareCommand final : public Command {
 public:
  void declare(CLI::App& parser) override {
    parser.add_option("A", first_, "A run directory, or the id or name of a stored run: the earlier one")
        ->required()
        ->type_name("");
    parser.add_option("B", second_, "The one that is compared with it")->required()->type_name("");
    parser.add_flag("--force", force_, "Compare runs of different gates, loads or places all the same");
    store_.declare(parser);
  }

  ExitCode execute(const Context& context) override {
    for (const std::string& reference : {first_, second_})
      if (const auto failed = load(context, reference)) return *failed;
    const std::string difference = what_differs();
    if (!difference.empty() && !force_) {
      context.err << "assay: these runs are not comparable: " << difference
                  << " (--force shows their numbers all the same)\n";
      return ExitCode::usage;
    }
    write(context, difference);
    return ExitCode::pass;
  }

 private:
  // Nothing when the run was found.
  std::optional<ExitCode> load(const Context& context, const std::string& reference) {
    std::error_code ignored;
    const bool is_path =
        std::filesystem::exists(reference, ignored) || reference.find('/') != std::string::npos;
    if (!is_path) return load_stored(context, reference);
    auto record = load_run(context, reference);
    if (!record) return ExitCode::usage;
    const auto gate = read_judging_gate(context, record->result, "");
    if (!gate) return ExitCode::usage;
    if (record->result.scenario_hash.empty()) note_identity(record->result, gate->spec);
    runs_.push_back(stored_form(*record, gate->spec, to_json(*record)));
    return std::nullopt;
  }

  std::optional<ExitCode> load_stored(const Context& context, const std::string& reference) {
    auto store = open_store(context, store_.location(context), store::Missing::refuse);
    if (!store) return ExitCode::invalid;
    auto run = find_run(context, *store, reference);
    if (!run) return ExitCode::usage;
    const auto others = value_or_report(context, store->list({.key = run->key}));
    if (!others) return ExitCode::invalid;
    spread_ = spread_of(*others);
    runs_.push_back(*std::move(run));
    return std::nullopt;
  }

  static Spread spread_of(const std::vector<StoredRun>& runs) {
    std::map<std::string, std::vector<stats::RunEstimate>> levels;
    for (const StoredRun& run : runs)
      for (const MetricMeasure& metric : run.measures.metrics)
        if (const auto* level = candidate_level(metric))
          levels[metric.metric].push_back({level->level, level->standard_error});
    Spread spread;
    for (const auto& [metric, estimates] : levels)
      if (estimates.size() >= kFewestRuns) spread[metric] = std::sqrt(stats::variance_between(estimates));
    return spread;
  }

  std::string what_differs() const {
    const RunKey &a = runs_[0].key, &b = runs_[1].key;
    if (a.gate != b.gate) return fmt::format("they belong to the gates \"{}\" and \"{}\"", a.gate, b.gate);
    if (a.scenario_hash != b.scenario_hash) return "their gate file's scenarios differ";
    if (a.load_hash != b.load_hash) return "their load or their number of arms differs";
    if (a.environment_hash != b.environment_hash)
      return "they were measured in different places: " +
             store::environment_difference(runs_[0].environment, runs_[1].environment);
    return "";
  }

  void write(const Context& context, const std::string& difference) const {
    const RunMeasures &a = runs_[0].measures, &b = runs_[1].measures;
    context.out << fmt::format("A  {}  {}  {}\nB  {}  {}  {}\n\n", runs_[0].started_utc, runs_[0].key.gate,
                               reports::printable(first_), runs_[1].started_utc, runs_[1].key.gate,
                               reports::printable(second_));
    reports::Table table({Align::left, Align::right, Align::right, Align::right, Align::left, Align::left});
    table.add({"", "A", "B", "change", "chance within runs", "with what runs differ by"});
    for (const MetricMeasure& metric : a.metrics) {
      const MetricMeasure* other = b.of(metric.metric);
      const auto* from = candidate_level(metric);
      const auto* to = other == nullptr ? nullptr : candidate_level(*other);
      if (from == nullptr || to == nullptr) continue;
      table.add(row(metric.metric, *from, *to));
    }
    context.out << (table.empty() ? "nothing was measured often enough in both\n" : table.text());
    context.out << explanation(difference);
  }

  std::vector<std::string> row(const std::string& metric, const LevelMeasure& from,
                               const LevelMeasure& to) const {
    const double change = to.level - from.level;
    const double within = std::hypot(from.standard_error, to.standard_error);
    const auto spread = spread_.find(metric);
    return {metric,
            level_text(metric, from.level),
            level_text(metric, to.level),
            change_text(metric, change),
            interval_text(metric, change, within),
            spread == spread_.end()
                ? "not known"
                : interval_text(metric, change, std::hypot(within, std::sqrt(2.0) * spread->second))};
  }

  static std::string explanation(const std::string& difference) {
    std::string text =
        "\nThis is weak evidence, and no verdict. The two runs were not offered the same schedule at the "
        "same\n"
        "time: whatever changed between them (neighbours on the machine, caches, data, the network) is in "
        "the\n"
        "difference, and no interval of chance within the runs shows it. Two runs of one build often differ "
        "by\n"
        "more than their intervals say. What decides: a live baseline beside the candidate "
        "(targets.baseline),\n"
        "or many stored runs (verdict.baseline).\n";
    if (!difference.empty()) text += "Besides, " + difference + ".\n";
    return text;
  }

  std::string first_, second_;
  bool force_ = false;
  StoreChoice store_;
  std::vector<StoredRun> runs_;
  Spread spread_;
};

}  // namespace

std::unique_ptr<Command> make_compare_command() { return std::make_unique<CompareCommand>(); }

}  // namespace assay::cli
