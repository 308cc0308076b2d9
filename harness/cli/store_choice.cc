#include "cli/store_choice.h"

#include <CLI/CLI.hpp>

#include "cli/delivery.h"
#include "store/store_location.h"

namespace assay::cli {

void StoreChoice::declare(CLI::App& parser) {
  parser.add_option("--store", given, "The baseline store")
      ->type_name("FILE|URL")
      ->default_str("$ASSAY_STORE, else " + std::string(store::kDefaultStore));
}

std::string StoreChoice::location(const Context& context, const std::string& of_gate) const {
  if (!given.empty()) return given;
  if (!of_gate.empty()) return of_gate;
  const auto from_environment = context.environment("ASSAY_STORE");
  return from_environment && !from_environment->empty() ? *from_environment
                                                        : std::string(store::kDefaultStore);
}

std::string shown_argument(const std::string& argument) {
  const std::size_t url = argument.starts_with("--store=") ? argument.find('=') + 1 : 0;
  if (!store::is_database_url(std::string_view(argument).substr(url))) return shown_url(argument);
  return argument.substr(0, url) + store::shown_location(argument.substr(url));
}

std::optional<store::BaselineStore> open_store(const Context& context, const std::string& location,
                                               store::Missing missing) {
  return value_or_report(context, store::BaselineStore::open(location, missing));
}

std::optional<StoredRun> find_run(const Context& context, store::BaselineStore& store,
                                  const std::string& reference) {
  auto found = value_or_report(context, store.find(reference));
  if (!found) return std::nullopt;
  if (found->size() == 1) return std::move(found->front());
  context.err << "assay: " << (found->empty() ? "no run" : std::to_string(found->size()) + " runs") << " of "
              << store.shown() << " called \"" << reference
              << "\" (`assay baseline list` shows ids and names; the start of an id is enough)\n";
  return std::nullopt;
}

}  // namespace assay::cli
