// BaselineHistory: earlier runs of one gate, in one environment, as the stored baseline that a run without a
// live one is compared with. Plain structs; filled from a store by cli, judged by verdict.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace assay {

// The level of one metric in one arm of one run, with what chance within that run alone would make of it.
struct MetricLevel {
  std::string metric;         // as in `compare`: "p95(response_time)"
  double level = 0;           // log of nanoseconds; of error_rate the ratio itself
  double standard_error = 0;  // on the same scale
  bool operator==(const MetricLevel&) const = default;
};

struct HistoricRun {
  std::string id, name, started_utc;
  bool moves_the_mean = false;  // may be part of the baseline; a run that failed only shows the spread
  std::vector<MetricLevel> levels;

  const MetricLevel* of(const std::string& metric) const {
    for (const MetricLevel& known : levels) {
      if (known.metric == metric) return &known;
    }
    return nullptr;
  }
  bool operator==(const HistoricRun&) const = default;
};

struct BaselineHistory {
  std::string source;                 // where it comes from, in sentences: ".assay/baselines.db"
  std::string problem;                // why it could not be read; empty: it was
  std::vector<HistoricRun> runs;      // valid ones of the same gate, load and environment, newest first
  std::optional<HistoricRun> pinned;  // the fixed reference, newest where several are pinned
  // Runs of the same gate and load that do not count, because they were measured elsewhere.
  std::size_t elsewhere = 0;
  std::string difference;  // of the newest of them: "cores 2 instead of 8"
  // The same of a pinned one among them, where none of the runs that count is pinned; empty: there is none.
  std::string pinned_difference;
  bool operator==(const BaselineHistory&) const = default;
};

}  // namespace assay
