#include "model/verdict.h"

#include "model/names.h"

namespace assay {
namespace {

using Name = std::string_view;

constexpr std::array<Name, 4> kGrades = {"pass", "fail", "inconclusive", "invalid"};
constexpr std::array<Name, 6> kStates = {"pass", "fail", "inconclusive", "insufficient", "invalid", "info"};
constexpr std::array<Name, 7> kKinds = {"validity",  "threshold", "comparison", "stalls",
                                        "breakdown", "abort",     "probe"};
constexpr std::array<Name, 3> kLeanings = {"leaning-good", "leaning-bad", "insufficient"};
constexpr std::array<Name, 3> kSeverities = {"blocker", "warn", "info"};
constexpr std::array<Name, 7> kUnits = {"none", "ns", "ratio", "per_s", "count", "log_ratio", "bytes"};
constexpr std::array<Name, 4> kCorrelationSources = {"declared", "assumed", "this_run", "stored_runs"};
constexpr std::array<Name, 4> kCorrelationTitles = {"declared", "assumed", "estimated from this run",
                                                    "estimated from stored runs"};
constexpr std::array<Name, 7> kResources = {"local_ports", "file_descriptors", "own_cpu", "machine",
                                            "network",     "max_in_flight",    "target"};
constexpr std::array<Name, 7> kTitles = {
    "local ports", "file descriptors", "own CPU", "other work on this machine",
    "network",     "max_in_flight",    "target"};

}  // namespace

Name name(Grade grade) { return name_in(kGrades, grade); }
Name name(FindingState state) { return name_in(kStates, state); }
Name name(FindingKind kind) { return name_in(kKinds, kind); }
Name name(Severity severity) { return name_in(kSeverities, severity); }
Name name(Unit unit) { return name_in(kUnits, unit); }
Name name(Leaning leaning) { return name_in(kLeanings, leaning); }
Name name(stats::CorrelationSource source) { return name_in(kCorrelationSources, source); }
Name title(stats::CorrelationSource source) { return name_in(kCorrelationTitles, source); }
Name name(Resource resource) { return name_in(kResources, resource); }
Name title(Resource resource) { return name_in(kTitles, resource); }

std::optional<Grade> grade_from(Name text) { return value_named<Grade>(kGrades, text); }
std::optional<FindingState> finding_state_from(Name text) { return value_named<FindingState>(kStates, text); }
std::optional<FindingKind> finding_kind_from(Name text) { return value_named<FindingKind>(kKinds, text); }
std::optional<Severity> severity_from(Name text) { return value_named<Severity>(kSeverities, text); }
std::optional<Unit> unit_from(Name text) { return value_named<Unit>(kUnits, text); }
std::optional<Leaning> leaning_from(Name text) { return value_named<Leaning>(kLeanings, text); }
std::optional<stats::CorrelationSource> correlation_source_from(Name text) {
  return value_named<stats::CorrelationSource>(kCorrelationSources, text);
}
std::optional<Resource> resource_from(Name text) { return value_named<Resource>(kResources, text); }

std::string sentence(const Limit& limit) {
  return std::string(title(limit.resource)) + " (" + limit.evidence + "); " + limit.advice;
}

}  // namespace assay
