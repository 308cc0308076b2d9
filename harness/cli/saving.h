// What `run` and `merge` do with a baseline store besides judging: read what earlier runs say, and keep this
// one.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/store_choice.h"
#include "config/gate_spec.h"
#include "model/run_record.h"
#include "verdict/earlier.h"

namespace assay::cli {

struct RetentionOptions {
  std::uint32_t keep = 0, keep_days = 0;  // 0: all

  void declare(CLI::App& parser);
  store::Retention retention() const;
};

struct SaveOptions {
  StoreChoice store;
  bool save = false;
  std::string name;
  RetentionOptions keep;

  void declare(CLI::App& parser);

  // Whether a run has to do with a store at all.
  bool wanted(const config::GateSpec& gate) const;
  std::string location(const Context& context, const config::GateSpec& gate) const;
};

// What the store says about a run that is to be judged. A store that cannot be read is part of the answer: a
// verdict that needs it must not pass.
verdict::Earlier read_earlier(const std::string& location, store::Missing missing, const RunResult& result,
                              const config::GateSpec& gate);

enum class Saved : std::uint8_t { done, was_there, refused, failed };

// Keeps a judged run, and prunes. What cannot be kept is said on context.err.
Saved save_run(const Context& context, store::BaselineStore& store, const RunRecord& record,
               const config::GateSpec& gate, const SaveOptions& options);

// Where `options` ask for it, keeps a run that is safe in `directory`: whatever happens changes neither it
// nor its verdict.
void keep_run(const Context& context, const RunRecord& record, const config::GateSpec& gate,
              const SaveOptions& options, const std::string& directory);

}  // namespace assay::cli
