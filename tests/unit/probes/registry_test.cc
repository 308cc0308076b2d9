// The table of kinds beside what users read of them: the schema and the language reference.
#include "probes/registry.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "config/gate_reader.h"
#include "config/keys.h"
#include "config/schema.h"

using namespace assay;
using namespace assay::probes;

namespace {

const nlohmann::json& definitions() {
  static const nlohmann::json kSchema = nlohmann::json::parse(config::gate_schema());
  return kSchema.at("$defs");
}

std::string definition_of(std::string_view kind) { return "probe_" + std::string(kind); }

std::string reference() {
  std::ifstream file(ASSAY_SOURCE_DIR "/scenarios/probes.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("kinds: every one is complete, and they stand in order") {
  CHECK(kinds().size() >= 30);
  CHECK(std::is_sorted(kinds().begin(), kinds().end(),
                       [](const Kind* a, const Kind* b) { return a->form.name < b->form.name; }));
  for (const Kind* kind : kinds()) {
    CAPTURE(kind->form.name);
    CHECK_FALSE(kind->purpose.empty());
    CHECK((kind->form.read != nullptr));
    CHECK((kind->next != nullptr) == (kind->judge != nullptr));
    CHECK((kind->next != nullptr) != (kind->begin != nullptr));
    CHECK((kind->next != nullptr || !kind->form.repeats));
    CHECK((find_kind(kind->form.name) == kind));
  }
}

TEST_CASE("kinds: no key of a kind hides one that all share") {
  for (const Kind* kind : kinds()) {
    CAPTURE(kind->form.name);
    for (const std::string_view key : kind->form.keys)
      CHECK(std::find(std::begin(config::keys::kProbe), std::end(config::keys::kProbe), key) ==
            std::end(config::keys::kProbe));
  }
}

TEST_CASE("kinds: the schema knows each with its keys, and no other") {
  std::set<std::string> known;
  for (const Kind* kind : kinds()) {
    CAPTURE(kind->form.name);
    const std::string name = definition_of(kind->form.name);
    known.insert(name);
    REQUIRE(definitions().contains(name));
    std::set<std::string> in_schema, in_reader(kind->form.keys.begin(), kind->form.keys.end());
    for (const auto& [key, value] : definitions().at(name).at("properties").items()) in_schema.insert(key);
    CHECK(in_schema == in_reader);
  }
  for (const auto& [name, definition] : definitions().items()) {
    CAPTURE(name);
    CHECK((!name.starts_with("probe_") || known.contains(name)));
  }
}

TEST_CASE("kinds: the reference has a section for each, which names its keys") {
  const std::string text = reference();
  for (const Kind* kind : kinds()) {
    CAPTURE(kind->form.name);
    const std::string head = "\n### " + std::string(kind->form.name) + "\n";
    const std::size_t begin = text.find(head);
    REQUIRE(begin != std::string::npos);
    const std::string section = text.substr(begin, text.find("\n### ", begin + 1) - begin);
    for (const std::string_view key : kind->form.keys) {
      CAPTURE(key);
      CHECK(section.find(key) != std::string::npos);
    }
  }
}

TEST_CASE("kinds: every shipped deployment is accepted by the reader") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(ASSAY_SOURCE_DIR "/scenarios/deployments")) {
    std::ifstream file(entry.path());
    config::ReadOptions options;
    options.probe_forms = forms();
    const auto source = std::make_shared<const SourceFile>(
        entry.path().filename(), std::string(std::istreambuf_iterator<char>(file), {}));
    const auto gate = config::read_gate(source, options);
    CHECK_MESSAGE(gate, (gate ? "" : gate.error().render()));
    count += gate ? gate->probes.size() : 0;
  }
  CHECK(count >= 50);
}
