// Stored runs for tests of the store.
#pragma once
#include <string>

#include "model/stored_run.h"

namespace assay::store {

inline StoredRun stored_run(const std::string& id, const std::string& started_utc) {
  StoredRun run;
  run.id = id;
  run.key = {"shop", "5ce0", "10ad", "e0f1"};
  run.environment = {{"cpu", "AMD EPYC \"7\""}, {"cores", "2"}};
  run.labels = {{"GITHUB_SHA", "f00d"}};
  run.name = "release 1.2's";
  run.started_utc = started_utc;
  run.saved_utc = "2026-02-15T09:00:00.000Z";
  run.grade = Grade::pass;
  run.arms = 2;
  run.same_build = true;
  run.two_instances = true;
  run.measures = {.seconds = 60.5, .requests_per_s = 1.0 / 3, .metrics = {}};
  MetricMeasure p95{.metric = "p95(response_time)"};
  p95.levels = {LevelMeasure{18.420680743952367, 0.0123456789012345}, LevelMeasure{18.4, 0}};
  p95.difference = DifferenceMeasure{-0.0123, 1e-17, 0.25, {0.1, 2.0 / 3, 29.883525}};
  run.measures.metrics = {p95, {.metric = "error_rate"}};
  return run;
}

// "2026-02-DDT09:00:00.000Z"
inline std::string february(int day) {
  return std::string("2026-02-") + (day < 10 ? "0" : "") + std::to_string(day) + "T09:00:00.000Z";
}

}  // namespace assay::store
