#include "reports/check_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "reports/check_evidence.h"
#include "reports/plain_text.h"
#include "reports/step_checks.h"
#include "reports/summary.h"

namespace assay::reports {
namespace {

constexpr std::array<std::string_view, 6> kStateNames = {"pass",         "fail", "error",
                                                         "inconclusive", "warn", "skip"};

// Bounds of what a pipeline is given to show; all of it is in result.json.
constexpr std::size_t kMostChecks = 1000;
constexpr std::size_t kLongestName = 200, kLongestBrief = 400, kLongestSentence = 2000, kLongestLine = 400;
constexpr std::size_t kMostLines = 60;

std::string_view group_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::threshold:
      return "thresholds";
    case FindingKind::comparison:
    case FindingKind::stalls:
    case FindingKind::breakdown:
      return "comparisons";
    case FindingKind::abort:
      return "abort";
    case FindingKind::probe:
      return "probes";
    case FindingKind::validity:
      break;
  }
  return "validity";
}

CheckState state_of(const Finding& finding, const ProbeResult* probe) {
  switch (finding.state) {
    case FindingState::pass:
      return probe != nullptr && probe->state == ProbeState::warn ? CheckState::warn : CheckState::pass;
    case FindingState::fail:
      return CheckState::fail;
    case FindingState::inconclusive:
      return CheckState::inconclusive;
    case FindingState::insufficient:
    case FindingState::invalid:
      return CheckState::error;
    case FindingState::info:
      break;
  }
  return CheckState::skip;
}

// The same question that the grade of the verdict answers, for one finding.
bool keeps_from_passing(const Finding& finding, const Verdict& verdict) {
  if (finding.severity != Severity::blocker) return false;
  switch (finding.state) {
    case FindingState::fail:
    case FindingState::invalid:
    case FindingState::insufficient:
      return true;
    case FindingState::inconclusive:
      return !verdict.undecided_passes;
    case FindingState::pass:
    case FindingState::info:
      break;
  }
  return false;
}

constexpr std::string_view kProbePrefix = "probe ";

// Findings of probes are named after them; a place tells those of one name apart.
const ProbeResult* probe_of(const Finding& finding, const RunResult& result) {
  if (finding.kind != FindingKind::probe || !finding.subject.starts_with(kProbePrefix)) return nullptr;
  const std::string_view wanted = std::string_view(finding.subject).substr(kProbePrefix.size());
  const auto found = std::ranges::find_if(result.probes, [&](const ProbeResult& probe) {
    return probe.name == wanted && probe.location == finding.location;
  });
  return found == result.probes.end() ? nullptr : &*found;
}

Check check_of(const Finding& finding, const RunRecord& record) {
  Check check;
  check.probe = probe_of(finding, record.result);
  check.finding = &finding;
  check.group = group_of(finding.kind);
  check.name = check.probe != nullptr ? check.probe->name : finding.subject;
  check.state = state_of(finding, check.probe);
  check.blocks = keeps_from_passing(finding, *record.verdict);
  check.place = place_of(finding.location);
  check.brief = check.probe != nullptr ? check.probe->reason : numbers_of(finding);
  check.sentence = finding.sentence;
  check.evidence = evidence_of(finding, check.probe);
  return check;
}

// Remarks and parts that stand out decide nothing, so they are no checks; a probe that was not asked is one.
bool is_check(const Finding& finding) {
  if (finding.kind == FindingKind::breakdown) return false;
  return finding.state != FindingState::info || finding.kind == FindingKind::probe;
}

Check verdict_check(const RunRecord& record, CheckState state, bool blocks, std::string sentence) {
  Check check;
  check.group = "verdict";
  check.name = "verdict";
  check.state = state;
  check.blocks = blocks;
  check.place = {record.result.gate_path, 1, 1};
  check.brief = headline_word(record);
  check.sentence = std::move(sentence);
  return check;
}

CheckState state_of(Grade grade) {
  if (grade == Grade::fail) return CheckState::fail;
  return grade == Grade::inconclusive ? CheckState::inconclusive : CheckState::error;
}

// Where nothing else says that the run did not pass, or that it was not judged at all.
void add_verdict(std::vector<Check>& checks, const RunRecord& record) {
  if (!record.verdict) {
    checks.push_back(verdict_check(record, CheckState::skip, false, headline_reason(record)));
    return;
  }
  if (std::ranges::any_of(checks, &Check::blocks)) return;
  if (record.verdict->grade != Grade::pass)
    checks.push_back(verdict_check(record, state_of(record.verdict->grade), true, record.verdict->reason));
  else if (record.result.interrupted_by)
    checks.push_back(verdict_check(record, CheckState::error, true, "the run was interrupted"));
}

void bound(Check& check) {
  check.name = clipped(one_line(check.name), kLongestName);
  check.place.file = one_line(check.place.file);
  check.brief = clipped(one_line(check.brief), kLongestBrief);
  check.sentence = clipped(one_line(check.sentence), kLongestSentence);
  if (check.evidence.size() > kMostLines) {
    const std::size_t more = check.evidence.size() - kMostLines;
    check.evidence.resize(kMostLines);
    check.evidence.push_back(fmt::format("and {} more lines, in result.json", more));
  }
  for (std::string& line : check.evidence) line = clipped(one_line(line), kLongestLine);
}

// Readers drop what has the name of another.
void make_names_unique(std::vector<Check>& checks) {
  std::set<std::pair<std::string_view, std::string>> taken;
  for (Check& check : checks) {
    const std::string name = check.name;
    for (std::size_t number = 2; !taken.emplace(check.group, check.name).second; ++number)
      check.name = fmt::format("{} ({})", name, number);
  }
}

}  // namespace

std::string_view name(CheckState state) { return kStateNames[static_cast<std::size_t>(state)]; }

CheckColour Check::colour() const {
  if (blocks) return CheckColour::red;
  if (state == CheckState::pass) return CheckColour::green;
  return state == CheckState::skip ? CheckColour::grey : CheckColour::yellow;
}

std::size_t CheckList::count(CheckColour colour) const {
  return static_cast<std::size_t>(std::ranges::count(checks, colour, &Check::colour));
}

CheckList check_list(const RunRecord& record) {
  CheckList list;
  if (record.verdict)
    for (const Finding& finding : record.verdict->findings)
      if (is_check(finding)) list.checks.push_back(check_of(finding, record));
  add_verdict(list.checks, record);
  // The answers of an invalid run prove nothing, and those of a part are not judged.
  if (record.verdict && record.verdict->grade != Grade::invalid)
    for (Check& check : step_checks(record.result)) list.checks.push_back(std::move(check));
  for (Check& check : list.checks) bound(check);
  make_names_unique(list.checks);
  std::ranges::stable_sort(list.checks, {}, &Check::colour);
  if (list.checks.size() > kMostChecks) {
    list.left_out = list.checks.size() - kMostChecks;
    list.checks.resize(kMostChecks);
  }
  return list;
}

}  // namespace assay::reports
