#include "cli/saving.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <ostream>
#include <utility>

#include "base/utc.h"
#include "cli/run_identity.h"
#include "model/codec.h"
#include "store/store_location.h"

namespace assay::cli {
namespace {

constexpr std::uint32_t kDefaultLast = 20;

// Those that may be compared first, so that no number of runs elsewhere can crowd them out.
Expected<std::vector<StoredRun>, SystemError> runs_of_gate(store::BaselineStore& store, const RunKey& key) {
  auto runs = store.list({.key = key, .most = store::kMostEarlierRuns});
  if (!runs) return runs;
  const auto all = store.list({.gate = key.gate, .most = store::kMostEarlierRuns});
  if (!all) return Unexpected(all.error());
  for (const StoredRun& run : *all)
    if (run.key != key) runs->push_back(run);
  return runs;
}

}  // namespace

void RetentionOptions::declare(CLI::App& parser) {
  parser
      .add_option("--keep", keep,
                  "Of runs that are compared with this one, keep the newest; pinned ones stay")
      ->type_name("NUMBER")
      ->default_str("all");
  parser.add_option("--keep-days", keep_days, "Remove runs of this gate that are older; pinned ones stay")
      ->type_name("DAYS")
      ->default_str("all");
}

store::Retention RetentionOptions::retention() const {
  store::Retention retention{.keep = keep, .started_after = ""};
  if (keep_days > 0)
    retention.started_after = utc_text(std::chrono::system_clock::now() - std::chrono::hours(24) * keep_days);
  return retention;
}

void SaveOptions::declare(CLI::App& parser) {
  store.declare(parser);
  CLI::Option* saves = parser.add_flag("--save", save, "Keep the run in the store, unless it is invalid");
  parser.add_option("--name", name, "What to call the stored run")->type_name("TEXT")->needs(saves);
  keep.declare(parser);
}

bool SaveOptions::wanted(const config::GateSpec& gate) const {
  return save || !store.given.empty() || gate.judgement.stored.has_value();
}

std::string SaveOptions::location(const Context& context, const config::GateSpec& gate) const {
  return store.location(context, gate.judgement.stored ? gate.judgement.stored->store : "");
}

verdict::Earlier read_earlier(const std::string& location, store::Missing missing, const RunResult& result,
                              const config::GateSpec& gate) {
  verdict::Earlier earlier;
  const std::string shown = store::shown_location(location);
  const std::uint32_t last = gate.judgement.stored ? gate.judgement.stored->last : kDefaultLast;
  auto store = store::BaselineStore::open(location, missing);
  auto runs = store ? runs_of_gate(*store, key_of(result)) : Unexpected(store.error());
  if (!runs) {
    earlier.history.emplace().source = shown;
    earlier.history->problem = runs.error().message();
    return earlier;
  }
  earlier.history = store::history_of(*runs, asking_of(result), last);
  earlier.history->source = shown;
  earlier.noise = store::noise_of(*runs, asking_of(result));
  earlier.noise->source = shown;
  return earlier;
}

Saved save_run(const Context& context, store::BaselineStore& store, const RunRecord& record,
               const config::GateSpec& gate, const SaveOptions& options) {
  if (!record.verdict || record.verdict->grade == Grade::invalid) {
    context.err << "assay: not saved: "
                << (record.verdict ? "an invalid run is no evidence about anything"
                                   : "a segment is no whole run; `assay merge` joins segments")
                << '\n';
    return Saved::refused;
  }
  const std::string text = to_json(record);
  StoredRun run = stored_form(record, gate, text);
  run.name = options.name;
  const auto saved = value_or_report(context, store.save(run, text));
  if (!saved) return Saved::failed;
  const auto removed = value_or_report(context, store.prune(run.key, options.keep.retention()));
  if (!removed) return Saved::failed;
  context.err << (*saved ? "saved as " : "was there as ") << run.id << " in " << store.shown();
  if (*removed > 0) context.err << "; old runs removed: " << *removed;
  context.err << '\n';
  return *saved ? Saved::done : Saved::was_there;
}

void keep_run(const Context& context, const RunRecord& record, const config::GateSpec& gate,
              const SaveOptions& options, const std::string& directory) {
  if (!options.save) return;
  auto store = open_store(context, options.location(context, gate), store::Missing::create);
  if (!store || save_run(context, *store, record, gate, options) == Saved::failed)
    context.err << "assay: the run itself is in " << directory << "; `assay baseline save " << directory
                << "` saves it later\n";
}

}  // namespace assay::cli
