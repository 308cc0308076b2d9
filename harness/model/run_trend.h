// RunTrend: many runs of one gate, side by side, the only input of trend reports. Plain structs; filled from
// a baseline store by cli, changes found by stats. Runs are in the order of their start, oldest first.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/stored_run.h"
#include "stats/change_points.h"

namespace assay {

struct TrendRun {
  std::string id, name, started_utc;  // the name may be empty
  Grade grade = Grade::invalid;
  std::uint32_t arms = 1;
  bool same_build = false, pinned = false;
  std::map<std::string, std::string> labels;  // what CI said
  double seconds = 0, requests_per_s = 0;     // judged; of all arms together
  // Its page, as a relative path for links: percent-encoded, '/' between parts. Empty: not known.
  std::string page;
};

// One metric in one arm. Levels of latencies are logs of nanoseconds, of the error rate the ratio itself.
struct TrendSeries {
  std::string metric;  // as in `compare`: "p95(response_time)"
  Arm arm = Arm::candidate;
  Unit unit = Unit::nanoseconds;
  std::vector<std::optional<LevelMeasure>> points;  // one for each run; absent: not measured there
  std::size_t measured = 0;                         // how many there are
  // ChangePoint::first is an index of RunTrend::runs.
  stats::LevelCourse course;
};

// Runs of the gate that may not be compared with these: another load, other scenarios, another place.
struct OtherRuns {
  std::size_t count = 0;
  std::string newest_id, newest_started_utc;
  std::string difference;  // "another load", "cores 2 instead of 8"
};

struct RunTrend {
  std::string source;  // ".assay/baselines.db"
  RunKey key;
  std::map<std::string, std::string> environment;
  std::vector<TrendRun> runs;
  std::vector<TrendSeries> series;   // by metric in the order of the newest run, candidate before baseline
  std::size_t earlier_runs = 0;      // comparable, and older than what was asked for
  std::size_t metrics_left_out = 0;  // beyond kMostTrendMetrics
  std::vector<OtherRuns> others;     // newest first
};

inline constexpr std::size_t kMostTrendRuns = 200;
inline constexpr std::size_t kMostTrendMetrics = 50;

}  // namespace assay
