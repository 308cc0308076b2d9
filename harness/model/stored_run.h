// StoredRun: one run as a baseline store knows it, without its result: what it may be compared with, how it
// was judged, and the few numbers that comparisons need (the result itself stays beside it, compressed).
// Plain structs; made by cli and verdict, kept by store.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "model/arm.h"
#include "model/verdict.h"

namespace assay {

// Runs are comparable only when all of this is equal.
struct RunKey {
  std::string gate;
  std::string scenario_hash;                        // of what is sent
  std::string load_hash;                            // of how it is offered, and to how many arms
  std::string environment_hash;                     // of StoredRun::environment
  auto operator<=>(const RunKey&) const = default;  // NOLINT(modernize-use-nullptr): clang-14 sees a 0 in it
};

struct LevelMeasure {
  double level = 0;           // log of nanoseconds; of error_rate the ratio itself
  double standard_error = 0;  // of the inside of the run, on the same scale
  bool operator==(const LevelMeasure&) const = default;
};

// Candidate against baseline of the same run.
struct DifferenceMeasure {
  double estimate = 0;  // log ratio; of error_rate the difference
  double standard_error = 0;
  double slow_share = 0;         // of its square
  std::vector<double> spectrum;  // slow over white power at the estimate, lowest frequency first
  bool operator==(const DifferenceMeasure&) const = default;
};

struct MetricMeasure {
  std::string metric;                                           // as in `compare`: "p95(response_time)"
  std::array<std::optional<LevelMeasure>, kArmCount> levels{};  // by Arm
  std::optional<DifferenceMeasure> difference{};
  bool operator==(const MetricMeasure&) const = default;
};

struct RunMeasures {
  double seconds = 0;         // judged
  double requests_per_s = 0;  // of all arms together
  std::vector<MetricMeasure> metrics;

  const MetricMeasure* of(std::string_view metric) const;
  bool operator==(const RunMeasures&) const = default;
};

struct StoredRun {
  std::string id;  // from the content of its result: the same run is never stored twice
  RunKey key;
  std::map<std::string, std::string> environment;  // "cpu", "cores", "kernel" ...: what the hash is of
  std::map<std::string, std::string> labels;       // for people: the user's own, and what CI said
  std::string name;                                // for people; may be empty
  std::string started_utc, saved_utc;
  Grade grade = Grade::invalid;
  std::uint32_t arms = 1;
  bool same_build = false;  // an A/A run
  bool two_instances = false;
  bool pinned = false;
  RunMeasures measures;
  bool operator==(const StoredRun&) const = default;
};

// The parts that a store keeps as text (JSON). The way there and back is exact; errors name the place.
std::string measures_text(const RunMeasures& measures);
Expected<RunMeasures, std::string> measures_from(std::string_view text);
std::string facts_text(const std::map<std::string, std::string>& facts);
Expected<std::map<std::string, std::string>, std::string> facts_from(std::string_view text);

// A stored run with its result as one line of text, for `assay baseline export`. `result_json` is the text of
// result.json.
struct ExportedRun {
  StoredRun run;
  std::string result_json;
  bool operator==(const ExportedRun&) const = default;
};
std::string export_line(const ExportedRun& exported);
Expected<ExportedRun, std::string> import_line(std::string_view line);

}  // namespace assay
