#include "cli/trend_report.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <ostream>

#include "base/suggest.h"
#include "cli/gate_options.h"
#include "cli/run_identity.h"
#include "cli/run_pages.h"
#include "cli/run_trend.h"
#include "cli/stored_runs.h"
#include "reports/table.h"
#include "reports/trend_report.h"
#include "store/earlier_runs.h"
#include "store/run_directory.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;
using Runs = std::vector<StoredRun>;

bool is_gate_file(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) return true;
  const std::string ending = path.extension().string();
  return ending == ".yaml" || ending == ".yml" || ending == ".json";
}

// Gates of the store, and the one that was meant.
std::string unknown_gate_text(store::BaselineStore& store, const std::string& gate) {
  constexpr std::size_t kMostNames = 10;
  std::string text = store.shown() + " holds no run of the gate \"" + reports::printable(gate) + "\"";
  const auto all = store.list({.most = store::kMostEarlierRuns});
  if (!all) return text;
  std::vector<std::string> names;
  for (const StoredRun& run : *all)
    if (std::ranges::find(names, run.key.gate) == names.end()) names.push_back(run.key.gate);
  const std::string meant = did_you_mean(gate, names);
  if (!meant.empty()) return text + ": " + reports::printable(meant);
  if (names.empty()) return text + " (it is empty: `assay run GATE --save` keeps a run)";
  text += " (it has";
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i)
    text += (i == 0 ? " \"" : ", \"") + reports::printable(names[i]) + "\"";
  return text + (names.size() > kMostNames ? " and others" : "") + "; `assay run GATE --save` keeps a run)";
}

// The runs that may be compared with each other: those like `like`, or like the newest one.
std::optional<Runs> comparable_runs(const Context& context, store::BaselineStore& store, const Runs& all,
                                    const std::string& like) {
  RunKey key = all.front().key;
  if (!like.empty()) {
    const auto run = find_run(context, store, like);
    if (!run) return std::nullopt;
    if (run->key.gate != key.gate) {
      context.err << "assay: run " << run->id << " is of the gate \"" << reports::printable(run->key.gate)
                  << "\", not of \"" << reports::printable(key.gate) << "\"\n";
      return std::nullopt;
    }
    key = run->key;
  }
  return value_or_report(context, store.list({.key = key, .most = store::kMostEarlierRuns}));
}

void add_pages(RunTrend& trend, const std::string& folder) {
  if (folder.empty()) return;
  std::vector<std::string> ids;
  for (const TrendRun& run : trend.runs) ids.push_back(run.id);
  const auto pages = find_pages(folder, ids);
  for (TrendRun& run : trend.runs)
    if (const auto page = pages.find(run.id); page != pages.end()) run.page = page->second;
}

}  // namespace

struct TrendReport::Gate {
  std::string name;
  std::string store;  // as its file says; empty: not at all
};

void TrendReport::declare(CLI::App& parser) {
  CLI::Option* trend = parser.add_flag("--trend", wanted,
                                       "Show many runs of one gate from the store: RUN is then the name of "
                                       "the gate, its file, or one of its runs");
  parser.add_option("--gate", gate, "The name of the gate, where it could be taken for a file")
      ->type_name("NAME")
      ->needs(trend);
  parser.add_option("--last", last, "How many runs, the newest")
      ->check(CLI::Range(std::size_t{1}, kMostTrendRuns).description(""))
      ->type_name("NUMBER")
      ->needs(trend);
  parser
      .add_option("--like", like,
                  "The id or name of a stored run: show those that may be compared with it (same scenarios, "
                  "load and place)")
      ->type_name("RUN")
      ->default_str("the newest")
      ->needs(trend);
  parser.add_option("--runs", pages, "A folder of run directories, whose pages are linked")
      ->type_name("FOLDER")
      ->needs(trend);
  store.declare(parser);
  parser.get_option("--store")->needs(trend);
}

std::optional<TrendReport::Gate> TrendReport::find_gate(const Context& context,
                                                        const std::string& subject) const {
  if (!gate.empty()) return Gate{gate, ""};
  std::error_code ignored;
  if (fs::is_regular_file(fs::path(subject) / store::kResultFile, ignored)) {
    const auto record = load_run(context, subject);
    return record ? std::optional(Gate{record->result.name, ""}) : std::nullopt;
  }
  if (!is_gate_file(subject)) return Gate{subject, ""};
  const auto read = read_judging_gate(context, RunResult{}, subject);
  if (!read) return std::nullopt;
  const auto& stored = read->spec.judgement.stored;
  return Gate{run_name(read->spec), stored ? stored->store : ""};
}

ExitCode TrendReport::write(const Context& context, const std::string& subject,
                            const std::string& format) const {
  const auto asked = find_gate(context, subject);
  if (!asked) return ExitCode::usage;
  auto opened = open_store(context, store.location(context, asked->store), store::Missing::refuse);
  if (!opened) return ExitCode::invalid;
  const auto all =
      value_or_report(context, opened->list({.gate = asked->name, .most = store::kMostEarlierRuns}));
  if (!all) return ExitCode::invalid;
  if (asked->name.empty() || all->empty()) {
    context.err << "assay: " << unknown_gate_text(*opened, asked->name) << '\n';
    return ExitCode::usage;
  }
  const auto runs = comparable_runs(context, *opened, *all, like);
  if (!runs) return ExitCode::usage;
  RunTrend trend = trend_of(*runs, *all, last);
  trend.source = opened->shown();
  add_pages(trend, pages);
  const reports::TrendOptions options{.colour = context.out_in_colour(),
                                      .utf8 = context.in_utf8(Stream::out)};
  context.out << reports::find_trend_format(format)->write(trend, options) << std::flush;
  return ExitCode::pass;
}

}  // namespace assay::cli
