// Every file in this folder holds one mistake; the golden text beside it is what the user sees. With
// ASSAY_UPDATE_GOLDEN=1 in the environment the golden texts are written anew instead of compared.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "config/gate_reader.h"
#include "probes/registry.h"

namespace {

namespace fs = std::filesystem;
using namespace assay;

const fs::path kFolder = fs::path(ASSAY_SOURCE_DIR) / "tests/golden/errors";
constexpr std::string_view kSecretValue = "correct-horse-battery-staple";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> mistakes() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    const fs::path& path = entry.path();
    if (path.extension() == ".yaml" || path.extension() == ".json") paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// "# read with: --var name=value": the first line may say what was given on the command line.
void apply_options(const std::string& text, config::ReadOptions& options) {
  const auto apply = [&](const std::string& flag, auto& values) {
    const std::string prefix = "# read with: " + flag + " ";
    if (!text.starts_with(prefix)) return;
    const std::string rest = text.substr(prefix.size(), text.find('\n') - prefix.size());
    values[rest.substr(0, rest.find('='))] = rest.substr(rest.find('=') + 1);
  };
  apply("--var", options.variables);
  apply("--target", options.targets);
}

std::string rendered(const fs::path& path) {
  const std::string text = read(path);
  config::ReadOptions options;
  options.environment = [](std::string_view name) -> std::optional<std::string> {
    if (name == "TOKEN") return std::string(kSecretValue);
    return std::nullopt;
  };
  options.probe_forms = probes::forms();
  apply_options(text, options);
  const auto gate =
      config::read_gate(std::make_shared<const SourceFile>(path.filename().string(), text), options);
  return gate ? std::string() : gate.error().render();
}

fs::path golden_of(const fs::path& path) { return fs::path(path).replace_extension(".err"); }

}  // namespace

TEST_CASE("every mistake of the corpus is refused with its golden text") {
  const bool update = std::getenv("ASSAY_UPDATE_GOLDEN") != nullptr;
  for (const fs::path& path : mistakes()) {
    CAPTURE(path.filename().string());
    const std::string shown = rendered(path);
    CHECK_MESSAGE(!shown.empty(), "the mistake is not found");
    if (update) std::ofstream(golden_of(path), std::ios::binary) << shown;
    REQUIRE_MESSAGE(fs::exists(golden_of(path)), "there is no golden text: run with ASSAY_UPDATE_GOLDEN=1");
    CHECK(shown == read(golden_of(path)));
  }
}

TEST_CASE("the corpus holds at least 45 mistakes") { CHECK(mistakes().size() >= 45); }

TEST_CASE("every golden text belongs to a mistake") {
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".err") continue;
    CAPTURE(entry.path().filename().string());
    const bool has_source = fs::exists(fs::path(entry.path()).replace_extension(".yaml")) ||
                            fs::exists(fs::path(entry.path()).replace_extension(".json"));
    CHECK(has_source);
  }
}

TEST_CASE("no error shows the value of a secret") {
  for (const fs::path& path : mistakes()) {
    CAPTURE(path.filename().string());
    CHECK(rendered(path).find(kSecretValue) == std::string::npos);
  }
}
