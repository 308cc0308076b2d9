// Verdict: the judgement over a RunResult, with its reasons and with what held the run back. Plain structs;
// made by verdict/judge, shown by reports.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "stats/correlation_time.h"

namespace assay {

enum class Grade : std::uint8_t { pass, fail, inconclusive, invalid };
std::string_view name(Grade grade);
std::optional<Grade> grade_from(std::string_view text);

// What one finding says. `insufficient`: not enough data to say anything, which is never a pass.
enum class FindingState : std::uint8_t { pass, fail, inconclusive, insufficient, invalid, info };
std::string_view name(FindingState state);
std::optional<FindingState> finding_state_from(std::string_view text);

// `breakdown`: a part of a comparison, by step or kind of failure; it never decides.
enum class FindingKind : std::uint8_t { validity, threshold, comparison, stalls, breakdown, abort, probe };
std::string_view name(FindingKind kind);
std::optional<FindingKind> finding_kind_from(std::string_view text);

enum class Severity : std::uint8_t { blocker, warn, info };
std::string_view name(Severity severity);
std::optional<Severity> severity_from(std::string_view text);

// The unit of the numbers in a finding, so that a report can write them.
enum class Unit : std::uint8_t { none, nanoseconds, ratio, per_second, count, log_ratio, bytes };
std::string_view name(Unit unit);
std::optional<Unit> unit_from(std::string_view text);

std::string_view name(stats::CorrelationSource source);   // "this_run": in JSON
std::string_view title(stats::CorrelationSource source);  // "estimated from this run": in sentences
std::optional<stats::CorrelationSource> correlation_source_from(std::string_view text);

// Where a comparison tends to that proved nothing; `insufficient`: it had too little to lean anywhere.
enum class Leaning : std::uint8_t { good, bad, insufficient };
std::string_view name(Leaning leaning);  // "leaning-good", "leaning-bad", "insufficient"
std::optional<Leaning> leaning_from(std::string_view text);

// A stretch of the run, and what the estimate would have been had it not been measured.
struct Influence {
  Nanos from{0}, until{0};    // at
  double change_without = 0;  // on the scale of Finding::change

  bool operator==(const Influence&) const = default;
};

// What a comparison rests on.
struct Basis {
  std::uint64_t slots_used = 0, slots_left_out = 0;  // left out: disturbed, or too few requests in them
  double slot_s = 0;
  std::optional<double> calm_share;    // of the time; latencies only
  double slow_share = 0;               // of the variance: noise that more rate does not average out
  stats::CorrelationTime correlation;  // of one instance's own noise, as the test took it
  std::vector<Influence> influences;   // strongest first

  bool operator==(const Basis&) const = default;
};

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

  std::optional<double> value, limit;  // thresholds
  bool limit_is_least = false;         // thresholds: the value may not be below the limit; else not above it
  std::optional<Nanos> from, until;    // at; thresholds over windows: the one that the value is of
  std::optional<double> baseline, candidate;  // comparisons, in `unit`
  std::optional<double> change, low, high,
      margin;                    // comparisons: ratio - 1 (or difference), its interval, the margin; where
                                 // less is worse, the margin says how much less
  bool less_is_worse = false;    // of a comparison
  std::optional<double> p_pass;  // p-value of "worse than the margin"
  std::optional<double> p_fail;  // p-value of "not worse than the margin"
  // The smallest harm that a run like this would find four times in five, and the largest that it would still
  // let pass as often; both on the scale of `change`.
  std::optional<double> smallest_detectable, largest_passing;
  std::optional<double> identical_pass;  // share of such runs in which identical versions would pass
  std::optional<double> seconds_needed;  // run length for a decision at this noise
  std::optional<double>
      rate_needed;                 // as a multiple of this run's, in the same time; absent: rate is no help
  std::optional<Leaning> leaning;  // where nothing was proven
  bool significant_within_margin = false;  // proven worse than the baseline, and proven within the margin
  std::optional<double> q_value;           // breakdowns: Benjamini-Hochberg over all of them
  std::optional<Basis> basis;              // comparisons

  bool operator==(const Finding&) const = default;
};

// What can keep a run from being offered or answered as it was meant.
enum class Resource : std::uint8_t {
  local_ports,       // to connect from
  file_descriptors,  // that this process may open
  own_cpu,           // the workers
  machine,           // cores that others used
  network,
  max_in_flight,  // virtual users
  target,
};
std::string_view name(Resource resource);   // "own_cpu": in JSON
std::string_view title(Resource resource);  // "own CPU": in sentences
std::optional<Resource> resource_from(std::string_view text);

// A resource that was the limit in some seconds of the run.
struct Limit {
  Resource resource = Resource::target;
  std::string evidence;     // "one worker used 99 % of its core from 3 s to 12 s"
  std::string advice;       // "run with `--workers 3`"
  Nanos from{0}, until{0};  // at; the first and the last moment in which it held

  bool operator==(const Limit&) const = default;
};
std::string sentence(const Limit& limit);  // "own CPU (EVIDENCE); ADVICE"

// One look at the comparisons, the last at the end: which p-values decide there, and how much of the chance
// of a wrong decision has been used up by then.
struct LookRow {
  std::uint32_t number = 1, of = 1;
  double fraction = 1;                    // of the longest judged time that was planned
  double pass_bound = 0, fail_bound = 0;  // p-values up to these decide; fail: of the first metric to fail
  double pass_spent = 0, fail_spent = 0;
  double p_pass = 1, p_fail = 1;  // the largest, the smallest of all comparisons

  bool operator==(const LookRow&) const = default;
};

struct Verdict {
  Grade grade = Grade::invalid;
  std::string reason;  // one sentence
  double confidence = 0.95;
  bool undecided_passes = false;  // what proved nothing, though it had the data, keeps nothing from passing
  std::vector<Finding> findings;  // most important first
  std::vector<LookRow> looks;     // empty: only one was planned, at the end
  std::vector<Limit> limits;      // the one that held back most first; empty: nothing did

  bool operator==(const Verdict&) const = default;
};

}  // namespace assay
