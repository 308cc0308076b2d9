#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "reading.h"

using namespace assay;
using namespace assay::config;

namespace {

constexpr const char* kValue = "correct-horse";

// A folder of its own for each test case, removed at the end.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay-secret-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("a secret comes from the environment and stays a reference in steps") {
  Reading reading;
  reading.environment["TOKEN"] = kValue;
  const auto gate = reading.read(gate_with_steps(
      "      - { get: \"/x?t=${TOKEN}\", headers: { A: \"Bearer ${TOKEN}\" }, json: { t: \"${TOKEN}\" } }\n",
      "secrets: [TOKEN]\n"));
  REQUIRE(gate);
  CHECK(gate->secrets.at(0).value == kValue);
  const RequestSpec& step = request(*gate);
  CHECK(step.path.source_text() == "/x?t=${TOKEN}");
  CHECK(step.headers.at(0).value.parts.at(1).variable == "TOKEN");
  CHECK(gate->source->text().find(kValue) == std::string::npos);
  CHECK(gate->scenarios.at(0).steps.at(0).name == "GET /x?t=${TOKEN}");
}

TEST_CASE("a secret comes from a file beside the gate file, without the line break at its end") {
  const Folder folder;
  std::ofstream(folder.path / "token") << kValue << "\n";
  Reading reading;
  reading.options.folder = folder.path.string();
  const auto gate = reading.read(gate_with("secrets: [ { name: TOKEN, file: token } ]\n"));
  REQUIRE(gate);
  CHECK(gate->secrets.at(0).value == kValue);
}

TEST_CASE("a folder or an empty file is no secret") {
  const Folder folder;
  std::ofstream(folder.path / "empty") << "\n";
  Reading reading;
  reading.options.folder = folder.path.string();
  CHECK_FALSE(reading.read(gate_with("secrets: [ { name: TOKEN, file: . } ]\n")));
  CHECK_FALSE(reading.read(gate_with("secrets: [ { name: TOKEN, file: empty } ]\n")));
}

TEST_CASE("a default stands in for a secret that is not set, and only then") {
  Reading reading;
  const std::string text = gate_with("secrets: [ { name: TOKEN, default: demo } ]\n");
  const auto without = reading.read(text);
  REQUIRE(without);
  CHECK(without->secrets.at(0).value == "demo");
  reading.environment["TOKEN"] = kValue;
  const auto with = reading.read(text);
  REQUIRE(with);
  CHECK(with->secrets.at(0).value == kValue);
}

TEST_CASE("no text outside of steps and headers can take a secret in") {
  for (const char* place :
       {"name: \"${TOKEN}\"\n", "description: \"${TOKEN}\"\n", "variables: { a: \"${TOKEN}\" }\n",
        "thresholds: [ \"p95(response_time) < ${TOKEN}\" ]\n"}) {
    CAPTURE(place);
    Reading reading;
    reading.environment["TOKEN"] = kValue;
    const auto gate = reading.read(gate_with("secrets: [TOKEN]\n" + std::string(place)));
    REQUIRE_FALSE(gate);
    CHECK(gate.error().render().find(kValue) == std::string::npos);
  }
}

TEST_CASE("a malformed list of secrets does not make their values public") {
  for (const char* secrets : {"secrets: TOKEN\n", "secrets: { TOKEN: x }\n", "secrets: { name: TOKEN }\n"}) {
    CAPTURE(secrets);
    Reading reading;
    reading.environment["TOKEN"] = kValue;
    const auto gate = reading.read(gate_with_steps("      - get: \"x${TOKEN}\"\n", secrets));
    REQUIRE_FALSE(gate);
    CHECK(gate.error().render().find(kValue) == std::string::npos);
  }
}
