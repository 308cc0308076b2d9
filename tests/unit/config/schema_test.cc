#include "config/schema.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "config/choices.h"
#include "config/keys.h"
#include "reading.h"

using namespace assay;
using namespace assay::config;

namespace {

namespace fs = std::filesystem;

const nlohmann::json& schema() {
  static const nlohmann::json kSchema = nlohmann::json::parse(gate_schema());
  return kSchema;
}

std::vector<std::string> sorted(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  return words;
}

std::vector<std::string> keys_in_schema(std::string_view definition) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : schema().at("$defs").at(std::string(definition)).at("properties").items())
    keys.push_back(key);
  return sorted(keys);
}

// Descriptions are wanted wherever a user's editor can show them: on every property of every definition.
void check_descriptions(const nlohmann::json& definition) {
  const auto properties = definition.find("properties");
  if (properties == definition.end()) return;
  for (const auto& [key, value] : properties->items()) {
    CAPTURE(key);
    const bool referred = value.contains("$ref");
    CHECK((value.contains("description") || referred));
  }
}

}  // namespace

TEST_CASE("the reader and the schema know the same keys") {
  for (const KeyTable& table : kAllKeys) {
    CAPTURE(table.name);
    CHECK(keys_in_schema(table.name) == sorted({table.keys.begin(), table.keys.end()}));
  }
}

TEST_CASE("every map of the schema belongs to a table of the reader") {
  for (const auto& [name, definition] : schema().at("$defs").items()) {
    if (!definition.contains("properties") || name == "matcher" || name == "load_shape") continue;
    if (name.starts_with("probe_")) continue;  // tests/unit/probes holds those against the kinds
    CAPTURE(name);
    CHECK(std::any_of(kAllKeys.begin(), kAllKeys.end(),
                      [&, n = name](const KeyTable& table) { return table.name == n; }));
  }
}

TEST_CASE("the reader and the schema know the same matchers") {
  CHECK(keys_in_schema("matcher") == sorted({kMatcherKinds.words.begin(), kMatcherKinds.words.end()}));
}

TEST_CASE("every key of the schema is described") {
  for (const auto& [name, definition] : schema().at("$defs").items()) {
    CAPTURE(name);
    CHECK(definition.contains("description"));
    check_descriptions(definition);
  }
}

TEST_CASE("every shipped gate file is accepted by the reader") {
  const fs::path root = ASSAY_SOURCE_DIR;
  std::size_t count = 0;
  for (const fs::path& folder :
       {root / "scenarios/examples", root / "scenarios/systems", root / "tests/unit/config/valid"}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      Reading reading;
      reading.path = entry.path().filename().string();
      reading.environment["TOKEN"] = "t";
      reading.environment["SET"] = "s";
      std::ifstream file(entry.path());
      const auto gate = reading.read({std::istreambuf_iterator<char>(file), {}});
      CHECK_MESSAGE(gate, (gate ? "" : gate.error().render()));
      ++count;
    }
  }
  CHECK(count >= 11);
}
