// Which baseline store a command works on, and the store opened; failures are written to context.err in
// words.
#pragma once
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/context.h"
#include "model/stored_run.h"
#include "store/baseline_store.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct StoreChoice {
  std::string given;  // --store; empty: not given

  void declare(CLI::App& parser);
  // --store, else what the gate file says, else $ASSAY_STORE, else the default file.
  std::string location(const Context& context, const std::string& of_gate = {}) const;
};

// A word of the command line as it may be stored: a URL in it loses its password.
std::string shown_argument(const std::string& argument);

std::optional<store::BaselineStore> open_store(const Context& context, const std::string& location,
                                               store::Missing missing);

// The value, or nothing after the error has been written.
template <class T>
std::optional<T> value_or_report(const Context& context, Expected<T, SystemError> result) {
  if (result) return std::move(result).value();
  context.err << "assay: " << result.error().message() << '\n';
  return std::nullopt;
}

// The one run that `reference` names: the start of its id, or its name.
std::optional<StoredRun> find_run(const Context& context, store::BaselineStore& store,
                                  const std::string& reference);

}  // namespace assay::cli
