// Summary: the numbers of a RunRecord that every format for people shows, computed once and free of layout.
// Times are nanoseconds; what was not measured is absent, never zero. Pointers refer into the RunRecord,
// which must outlive it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/run_record.h"

namespace assay::reports {

// Both arms in one row: what was measured, and what the verdict says about the difference where it was
// compared.
struct MetricRow {
  std::string label;  // "p95", "error rate"
  Unit unit = Unit::nanoseconds;
  std::optional<double> baseline, candidate;  // of all judged requests
  const Finding* comparison = nullptr;

  // The values that belong to the change beside them: those of the comparison, where there is one.
  std::optional<double> shown(Arm arm) const;
};

struct StepRow {
  std::string scenario, step;
  Arm arm = Arm::candidate;
  std::uint64_t requests = 0, failed = 0;
  double per_s = 0;
  double p50 = 0, p95 = 0, p99 = 0, max = 0;  // response time
};

struct HealthSummary {
  std::uint64_t intended = 0, started = 0, shed = 0, waited = 0;
  std::uint32_t workers = 0;
  std::uint64_t peak_in_flight = 0, max_in_flight = 0;
  double lag_p50 = 0, lag_p99 = 0, lag_max = 0;  // dispatch lag
  double busiest_worker_ratio = 0;               // the highest of any second
};

struct Summary {
  bool has_baseline = false;         // load went to it, or server metrics tell of it
  bool offered_to_baseline = false;  // load went to it
  bool watched = false;              // other traffic: nothing was offered
  double judged_seconds = 0;
  std::uint64_t requests = 0, failed = 0;
  std::vector<MetricRow> metrics;
  std::vector<StepRow> steps;  // in the order of the gate file, baseline before candidate
  HealthSummary health;
  std::vector<const Finding*> validity, thresholds, stalls;
  std::vector<const Finding*> comparisons;  // most important first
  std::vector<const Finding*> breakdowns;   // parts that stand out
  std::vector<const Finding*> reasons;      // what keeps the run from passing, most important first

  std::size_t rows_per_step() const { return offered_to_baseline ? 2 : 1; }
};

Summary summarise(const RunRecord& record);

// All rows of at most so many steps, in their order: where there are more, those with the most failed
// requests, then with the most requests.
std::vector<const StepRow*> noteworthy_steps(const Summary& summary, std::size_t most_steps);
inline constexpr std::size_t kMostSteps = 50;  // that a report for people shows

// The same of kinds of failures, of which a result with many steps may have some for each: the most frequent.
std::vector<const FailureExample*> noteworthy_failures(const RunResult& result, std::size_t most_kinds);

// "PASS", or "NOT JUDGED" for a measured segment.
std::string headline_word(const RunRecord& record);
std::string headline_reason(const RunRecord& record);

}  // namespace assay::reports
