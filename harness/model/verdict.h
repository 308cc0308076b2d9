// Verdict: the judgement over a RunResult, with its reasons. Plain structs; made by verdict/judge, shown by
// reports.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

enum class Grade : std::uint8_t { pass, fail, inconclusive, invalid };
std::string_view name(Grade grade);
std::optional<Grade> grade_from(std::string_view text);

// What one finding says. `insufficient`: not enough data to say anything, which is never a pass.
enum class FindingState : std::uint8_t { pass, fail, inconclusive, insufficient, invalid, info };
std::string_view name(FindingState state);
std::optional<FindingState> finding_state_from(std::string_view text);

enum class FindingKind : std::uint8_t { validity, threshold, comparison, stalls };
std::string_view name(FindingKind kind);
std::optional<FindingKind> finding_kind_from(std::string_view text);

enum class Severity : std::uint8_t { blocker, warn, info };
std::string_view name(Severity severity);
std::optional<Severity> severity_from(std::string_view text);

// The unit of the numbers in a finding, so that a report can write them.
enum class Unit : std::uint8_t { none, nanoseconds, ratio, per_second, count, log_ratio };
std::string_view name(Unit unit);
std::optional<Unit> unit_from(std::string_view text);

// One statement with its evidence. Absent numbers are absent, never zero.
struct Finding {
  FindingKind kind = FindingKind::threshold;
  FindingState state = FindingState::info;
  Severity severity = Severity::blocker;
  std::string subject;   // "p99(response_time) < 2s" or "p95(response_time) +10%"
  std::string sentence;  // what was found, in words
  std::string location;  // "gate.yaml:31:5"
  Unit unit = Unit::none;
  std::uint64_t samples = 0;

  std::optional<double> value, limit;         // thresholds
  std::optional<double> baseline, candidate;  // comparisons, in `unit`
  std::optional<double> change, low, high,
      margin;                    // comparisons: ratio - 1 (or difference), its interval, the margin
  std::optional<double> p_pass;  // p-value of "worse than the margin"
  std::optional<double> smallest_detectable;  // same scale as `change`
  std::optional<double> seconds_needed;       // run length for a decision at this noise

  bool operator==(const Finding&) const = default;
};

struct Verdict {
  Grade grade = Grade::invalid;
  std::string reason;  // one sentence
  double confidence = 0.95;
  std::vector<Finding> findings;  // most important first

  bool operator==(const Verdict&) const = default;
};

}  // namespace assay
