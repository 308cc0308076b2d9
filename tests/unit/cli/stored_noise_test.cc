#include "cli/stored_noise.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <sstream>

#include "cli/environment_facts.h"
#include "cli/run_identity.h"
#include "store/baseline_store.h"

namespace assay::cli {
namespace {

namespace fs = std::filesystem;

// A folder with a store in it, and a gate with two arms.
struct Place {
  fs::path folder;
  std::ostringstream out, err;
  Context context{.arguments = {}, .environment = {}, .out = out, .err = err};
  config::GateSpec gate;

  Place() {
    std::string pattern = (fs::temp_directory_path() / "assay-noise-XXXXXX").string();
    folder = mkdtemp(pattern.data());
    context.environment = [this](std::string_view name) -> std::optional<std::string> {
      return name == "ASSAY_STORE" ? std::optional<std::string>(file()) : std::nullopt;
    };
    gate.name = "shop";
    gate.source = std::make_shared<SourceFile>("gate.yaml", "scenarios: { s: { steps: [ { get: / } ] } }\n");
    gate.targets.resize(2);
    for (config::TargetSpec& target : gate.targets) target.url = "http://shop.example";
  }
  ~Place() { fs::remove_all(folder); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  std::string file() const { return (folder / "runs.db").string(); }

  auto ask() const { return stored_noise(context, gate, file()); }

  void save(const std::string& id, const std::string& address, double error,
            const std::string& place = {}) const {
    RunResult result;
    result.name = gate.name;
    result.environment = environment_facts(context);
    TargetFacts target;
    target.url = "http://shop.example";
    target.addresses = {address};
    result.targets = {target, target};
    note_identity(result, gate);
    result.place = place;
    StoredRun run;
    run.id = id;
    run.key = key_of(result);
    run.environment = environment_of(result);
    run.started_utc = "2026-02-14T09:00:0" + id + ".000Z";
    run.grade = Grade::inconclusive;
    run.arms = 2;
    run.measures = {.seconds = 60, .requests_per_s = 400, .metrics = {}};
    MetricMeasure p95{.metric = "p95(response_time)"};
    p95.difference = DifferenceMeasure{0, error, 0.25, {1, 1}};
    run.measures.metrics = {p95};
    auto store = store::BaselineStore::open(file(), store::Missing::create);
    REQUIRE(store);
    REQUIRE(store->save(run, "{}"));
  }
};

}  // namespace

TEST_CASE("stored noise: a store that is not there is an error, and none is made") {
  const Place place;
  CHECK_FALSE(place.ask());
  CHECK_FALSE(fs::exists(place.file()));
}

TEST_CASE("stored noise: runs of the gate on this machine answer, however few") {
  const Place place;
  place.save("1", "10.0.0.7:80", 0.03);
  place.save("2", "10.0.0.8:80", 0.05);
  place.save("3", "10.0.0.8:80", 0.5, "region b");  // another environment
  const auto found = place.ask();
  REQUIRE(found);
  REQUIRE(found.value());
  const NoiseFacts& noise = *found.value();
  CHECK(noise.source == place.file());
  CHECK(noise.runs == 2);
  REQUIRE(noise.of("p95(response_time)") != nullptr);
  CHECK(noise.of("p95(response_time)")->standard_error == doctest::Approx(0.04));
}

TEST_CASE("stored noise: of near and far targets, those of the newest run answer") {
  const Place place;
  place.save("1", "10.0.0.7:80", 0.03);
  place.save("2", "127.0.0.1:80", 0.01);
  const auto found = place.ask();
  REQUIRE(found);
  REQUIRE(found.value());
  CHECK(found.value()->runs == 1);
  CHECK(found.value()->metrics.at(0).standard_error == doctest::Approx(0.01));
}

TEST_CASE("stored noise: runs of another load do not count") {
  Place place;
  place.save("1", "10.0.0.7:80", 0.03);
  place.gate.load.resize(1);
  const auto found = place.ask();
  REQUIRE(found);
  CHECK_FALSE(found.value());
}

}  // namespace assay::cli
