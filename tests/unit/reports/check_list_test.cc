#include "reports/check_list.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/support/sample_run.h"
#include "tests/unit/reports/pipeline_record.h"

namespace assay::reports {
namespace {

using test_support::run_with_probes;

Finding finding_of(FindingState state, Severity severity, std::string subject) {
  Finding finding;
  finding.kind = FindingKind::threshold;
  finding.state = state;
  finding.severity = severity;
  finding.subject = std::move(subject);
  finding.sentence = finding.subject + " is so";
  return finding;
}

RunRecord judged(Grade grade, std::vector<Finding> findings) {
  RunRecord record;
  record.result.name = "shop";
  record.result.load_withheld = "of the test";
  Verdict& verdict = record.verdict.emplace();
  verdict.grade = grade;
  verdict.reason = "the reason";
  verdict.findings = std::move(findings);
  return record;
}

const Check& named(const CheckList& list, std::string_view name) {
  const auto found = std::ranges::find(list.checks, name, &Check::name);
  REQUIRE(found != list.checks.end());
  return *found;
}

TEST_CASE("a check is red where it keeps the run from passing, and only there") {
  const auto colour = [](FindingState state, Severity severity, bool undecided_passes) {
    RunRecord record = judged(Grade::fail, {finding_of(state, severity, "it")});
    record.verdict->undecided_passes = undecided_passes;
    return named(check_list(record), "it").colour();
  };
  CHECK(colour(FindingState::fail, Severity::blocker, false) == CheckColour::red);
  CHECK(colour(FindingState::invalid, Severity::blocker, false) == CheckColour::red);
  CHECK(colour(FindingState::insufficient, Severity::blocker, true) == CheckColour::red);
  CHECK(colour(FindingState::inconclusive, Severity::blocker, false) == CheckColour::red);
  CHECK(colour(FindingState::inconclusive, Severity::blocker, true) == CheckColour::yellow);
  CHECK(colour(FindingState::fail, Severity::warn, false) == CheckColour::yellow);
  CHECK(colour(FindingState::insufficient, Severity::warn, false) == CheckColour::yellow);
  CHECK(colour(FindingState::pass, Severity::blocker, false) == CheckColour::green);
}

TEST_CASE("a run that does not pass has a red check, and one that passes has none") {
  for (const Grade grade : {Grade::pass, Grade::fail, Grade::inconclusive, Grade::invalid}) {
    CAPTURE(name(grade));
    const bool red = check_list(judged(grade, {finding_of(FindingState::pass, Severity::blocker, "it")}))
                         .count(CheckColour::red) > 0;
    CHECK(red == (grade != Grade::pass));
  }
}

TEST_CASE("an interrupted run is red whatever it measured") {
  RunRecord record = judged(Grade::pass, {finding_of(FindingState::pass, Severity::blocker, "it")});
  record.result.interrupted_by = 2;
  CHECK(check_list(record).count(CheckColour::red) == 1);
}

TEST_CASE("a part of a run has one check, which is skipped") {
  RunRecord record{.result = test_support::sample_result(), .verdict = std::nullopt};
  record.result.segment = {2, 5};
  const CheckList list = check_list(record);
  REQUIRE(list.checks.size() == 1);
  CHECK(list.checks[0].colour() == CheckColour::grey);
}

TEST_CASE("names are unique in their group") {
  std::vector<Finding> same(5, finding_of(FindingState::pass, Severity::blocker, "p99 < 2s"));
  same.push_back(finding_of(FindingState::pass, Severity::blocker, "p99 < 2s (2)"));
  std::set<std::string> names;
  for (const Check& check : check_list(judged(Grade::pass, same)).checks) names.insert(check.name);
  CHECK(names.size() == 6);
  CHECK(names.contains("p99 < 2s (5)"));
}

TEST_CASE("the most important checks come first, and those beyond a bound are counted") {
  std::vector<Finding> many(1500, finding_of(FindingState::pass, Severity::blocker, "good"));
  many.push_back(finding_of(FindingState::fail, Severity::warn, "doubtful"));
  many.push_back(finding_of(FindingState::fail, Severity::blocker, "bad"));
  const CheckList list = check_list(judged(Grade::fail, many));
  CHECK(list.checks.size() == 1000);
  CHECK(list.left_out == 502);
  CHECK(list.checks[0].name == "bad");
  CHECK(list.checks[1].name == "doubtful");
}

TEST_CASE("a probe brings its place and its evidence") {
  const RunRecord record = run_with_probes();
  const CheckList list = check_list(record);
  const Check& tls = named(list, "tls");
  REQUIRE(tls.probe != nullptr);
  CHECK(tls.place.line == 41);
  CHECK(std::ranges::count(tls.evidence, "pass days left: expected at least 14, got 61") == 1);
  CHECK(tls.colour() == CheckColour::red);
}

TEST_CASE("answers of a step are one check, at the expectation that did not hold, and block nothing") {
  const RunRecord record = run_with_probes();
  const CheckList list = check_list(record);
  const Check& create = named(list, "create-invoice / create invoice");
  CHECK(create.colour() == CheckColour::yellow);
  CHECK(create.place.line == 29);
  CHECK(create.brief == "30 of 985 answers not as expected");
}

TEST_CASE("answers of an invalid run are no checks: they prove nothing") {
  RunRecord record = run_with_probes();
  record.verdict->grade = Grade::invalid;
  const CheckList list = check_list(record);
  CHECK(std::ranges::none_of(list.checks, [](const Check& check) { return check.group == "checks"; }));
}

TEST_CASE("parts that stand out and remarks are no checks") {
  const RunRecord record = run_with_probes();
  const CheckList list = check_list(record);
  CHECK(std::ranges::none_of(list.checks, [](const Check& check) {
    return check.finding != nullptr && check.finding->kind == FindingKind::breakdown;
  }));
}

}  // namespace
}  // namespace assay::reports
