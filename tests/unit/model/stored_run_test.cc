#include "model/stored_run.h"

#include <doctest/doctest.h>

using namespace assay;

namespace {

StoredRun stored() {
  StoredRun run;
  run.id = "3fa9c1d20b7e5566";
  run.key = {"shop", "5ce0", "10ad", "e0f1"};
  run.environment = {{"cpu", "AMD EPYC \"7\""}, {"cores", "2"}};
  run.labels = {{"GITHUB_SHA", "f00d"}};
  run.name = "release 1.2, \xC3\xBC\n";
  run.started_utc = "2026-02-14T09:00:00.000Z";
  run.saved_utc = "2026-02-14T09:05:00.000Z";
  run.grade = Grade::inconclusive;
  run.arms = 2;
  run.same_build = run.two_instances = run.pinned = true;
  run.measures = {.seconds = 60.5, .requests_per_s = 1.0 / 3, .metrics = {}};
  MetricMeasure p95{.metric = "p95(response_time)"};
  p95.levels = {LevelMeasure{18.420680743952367, 0.0123456789012345}, std::nullopt};
  p95.difference = DifferenceMeasure{-0.0123, 1e-17, 0.25, {0.1, 2.0 / 3, 29.883525}};
  run.measures.metrics = {p95, {.metric = "error_rate"}};
  return run;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  REQUIRE(text.find(what) != std::string::npos);
  return text.replace(text.find(what), what.size(), by);
}

}  // namespace

TEST_CASE("stored run: what a line holds comes back exactly") {
  const ExportedRun exported{stored(), "{\"text\": \"line\\n\"}\n"};
  const std::string line = export_line(exported);
  CHECK(line.find('\n') == line.size() - 1);
  const auto read = import_line(line.substr(0, line.size() - 1));
  REQUIRE(read);
  CHECK(*read == exported);
}

TEST_CASE("stored run: measures and facts come back exactly, numbers to the last bit") {
  const StoredRun run = stored();
  CHECK(measures_from(measures_text(run.measures)).value() == run.measures);
  CHECK(facts_from(facts_text(run.environment)).value() == run.environment);
  CHECK(run.measures.of("error_rate") == &run.measures.metrics[1]);
  CHECK(run.measures.of("p99(response_time)") == nullptr);
}

TEST_CASE("stored run: damaged texts are errors that name the place") {
  CHECK(measures_from("{").error() == "measures is not valid JSON");
  CHECK(measures_from("{}").error() == "measures.judged_s: missing");
  CHECK(facts_from("[1]").error().find("facts") == 0);
  const std::string line = export_line({stored(), "{}"});
  CHECK(import_line(line.substr(0, line.size() / 2)).error() == "line is not valid JSON");
  CHECK(import_line(replaced(line, "inconclusive", "splendid")).error().find("grade") != std::string::npos);
  CHECK(import_line(replaced(line, "\"assay_export\":1", "\"assay_export\":2")).error() ==
        "assay_export: this assay reads version 1, the file has 2");
}
