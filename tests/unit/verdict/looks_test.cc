#include "verdict/looks.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "measured_run.h"
#include "verdict/breaker.h"
#include "verdict/judge.h"

using namespace assay;
using namespace assay::verdict;
using namespace std::chrono_literals;
using config::OnInconclusive;

namespace {

config::LoadSpec load(Nanos duration, Nanos warm_up = 0s) {
  config::LoadSpec load;
  load.rate_per_s = 200;
  load.duration = duration;
  load.warm_up = warm_up;
  return load;
}

config::GateSpec gate(std::vector<config::LoadSpec> loads) {
  config::GateSpec gate;
  gate.load = std::move(loads);
  gate.targets.resize(2);
  gate.targets[1].arm = Arm::baseline;
  gate.compare = {compare_quantile(0.5, 0.10), compare_quantile(0.95, 0.10)};
  return gate;
}

std::vector<Nanos> times(const config::GateSpec& gate) {
  std::vector<Nanos> times;
  for (const PlannedLook& look : planned_looks(gate)) times.push_back(look.at);
  return times;
}

MeasuredRun run_of(double seconds, double factor) {
  MeasuredRun run(seconds);
  run.add_lognormal(50, factor);
  return run;
}

}  // namespace

TEST_CASE("looks: short runs are judged once, at their end; long ones at every quarter of the judged time") {
  CHECK(times(gate({load(60s, 10s)})) == std::vector<Nanos>{60s});
  CHECK(times(gate({load(310s, 10s)})) == std::vector<Nanos>{85s, 160s, 235s, 310s});
  auto asked = gate({load(600s)});
  asked.judgement.looks = 2;
  CHECK(times(asked) == std::vector<Nanos>{300s, 600s});
  asked.compare.clear();
  CHECK(times(asked).size() == 1);
}

TEST_CASE("looks: warm-ups of later loads do not count as judged") {
  CHECK(times(gate({load(200s, 50s), load(200s, 50s)})) == std::vector<Nanos>{125s, 200s, 325s, 400s});
}

TEST_CASE("looks: a load that counts iterations has an unknown length, so its end is the only look") {
  auto counted = gate({load(600s)});
  counted.load[0].shape = config::Shape::shared_iterations;
  CHECK(times(counted).size() == 1);
}

TEST_CASE(
    "looks: a run that may be extended is looked at at its planned end and after it, up to the longest "
    "time") {
  auto extended = gate({load(60s, 10s)});
  extended.judgement.on_inconclusive = OnInconclusive::extend;
  extended.judgement.max_duration = 160s;
  CHECK(times(extended) == std::vector<Nanos>{60s, 93'333'333'333ns, 126'666'666'667ns, 160s});
  CHECK(longest_length(extended) == 160s);
  const auto looks = planned_looks(extended);
  CHECK(looks.front().fraction == doctest::Approx(50.0 / 150));
  CHECK(looks.back().fraction == 1);
}

TEST_CASE("looks: a clear difference ends the run at the first look, either way") {
  const auto planned = gate({load(400s)});
  CHECK(look_at(run_of(100, 1.3).result(), planned, 0).advice == Advice::stop_failed);
  CHECK(look_at(run_of(100, 0.7).result(), planned, 0).advice == Advice::stop_passed);
  const auto same = look_at(run_of(100, 1.06).result(), planned, 0);
  CHECK(same.advice == Advice::go_on);
  CHECK(same.row.number == 1);
  CHECK(same.row.of == 4);
  CHECK(same.facts.fraction == 0.25);
  CHECK(same.facts.p_pass == same.row.p_pass);
  // Golden bounds of four looks: z 3.750 for PASS, and 2.100 for FAIL of a single metric.
  CHECK(same.row.pass_bound == doctest::Approx(8.86e-5).epsilon(0.01));
  CHECK(same.row.fail_bound < 0.0179);
  CHECK(same.row.fail_spent == doctest::Approx(0.0179).epsilon(0.01));
}

TEST_CASE("looks: nothing passes early while a threshold does not hold") {
  auto planned = gate({load(400s)});
  planned.thresholds = {threshold(config::Aggregate::count, config::Comparator::greater, 1e9)};
  CHECK(look_at(run_of(100, 0.7).result(), planned, 0).advice == Advice::go_on);
}

TEST_CASE("looks: a run exactly between the margins is given up when no later look could decide") {
  auto planned = gate({load(400s)});
  planned.compare = {compare_quantile(0.99, 0.10)};
  planned.judgement.looks = 4;
  // The first seed whose estimate lies at the margin, as the truth does.
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    MeasuredRun run(300);
    run.add_lognormal(10, 1.10, seed);
    const Interim look = look_at(run.result(), planned, 2);
    if (look.row.p_pass < 0.42 || look.row.p_pass > 0.58) continue;
    CHECK(look.advice == Advice::stop_futile);
    return;
  }
  FAIL("no seed gives such a run");
}

TEST_CASE("looks: the verdict after a look that ended the run uses what it saw and its bounds") {
  const auto planned = gate({load(400s)});
  auto run = run_of(110, 1.3);
  const auto look = look_at(run_of(100, 1.3).result(), planned, 0);
  run.facts().looks = {look.facts};
  run.facts().early_stop = EarlyStop{StopCause::failed, 101s, stop_reason(look.row, look.advice)};
  const Verdict verdict = judge(run.result(), planned);
  CHECK(verdict.grade == Grade::fail);
  REQUIRE(verdict.looks.size() == 1);
  CHECK(verdict.looks[0].pass_bound == look.row.pass_bound);
  CHECK(verdict.looks[0].fail_bound == look.row.fail_bound);
  CHECK(verdict.looks[0].of == 4);
  CHECK(run.facts().early_stop->reason == "look 1 of 4 proved a regression");
  for (const Finding& finding : verdict.findings)
    if (finding.kind == FindingKind::comparison)
      CHECK(finding.basis->slots_used + finding.basis->slots_left_out == 200);
}

TEST_CASE("looks: what earlier looks have spent is missing at the end") {
  const auto planned = gate({load(400s)});
  auto run = run_of(400, 1.0);
  run.facts().looks = {{100s, 0.25, 0.3, 0.7}, {200s, 0.5, 0.2, 0.8}, {300s, 0.75, 0.1, 0.9}};
  const LastLook last = last_look(run.result(), planned);
  CHECK(last.levels.pass == doctest::Approx(0.0427).epsilon(0.01));
  CHECK(last.levels.fail.front() == doctest::Approx(0.0209).epsilon(0.01));
  REQUIRE(last.rows.size() == 4);
  CHECK(last.rows[3].pass_spent == doctest::Approx(0.05));
  CHECK(last.rows[1].p_fail == 0.8);
  const LastLook alone = last_look(run_of(400, 1.0).result(), planned);
  CHECK(alone.levels.pass == doctest::Approx(0.05));
  CHECK(alone.rows.empty());
}

TEST_CASE("on_inconclusive: an undecided run is held, failed or passed, but missing data never pass") {
  auto policy = gate({load(60s)});
  const auto undecided = run_of(60, 1.10).result();
  CHECK(judge(undecided, policy).grade == Grade::inconclusive);
  policy.judgement.on_inconclusive = OnInconclusive::fail;
  CHECK(judge(undecided, policy).grade == Grade::fail);
  CHECK_FALSE(judge(undecided, policy).undecided_passes);
  policy.judgement.on_inconclusive = OnInconclusive::pass;
  const Verdict passed = judge(undecided, policy);
  CHECK(passed.undecided_passes);
  CHECK(passed.grade == Grade::pass);
  CHECK(passed.reason.starts_with("undecided, and `on_inconclusive: pass` lets that pass: "));
  CHECK(judge(run_of(10, 1.0).result(), policy).grade == Grade::inconclusive);
  CHECK(judge(run_of(60, 1.3).result(), policy).grade == Grade::fail);
}

TEST_CASE("abort: trips on proof, not on a few errors, and never on what is negligible") {
  config::GateSpec gate;
  gate.judgement.abort = {.error_rate = 0.05, .ratio = 2, .span = {}};
  CHECK_FALSE(reason_to_abort(gate, {3, 30, 0, 30}));
  CHECK(reason_to_abort(gate, {40, 200, 0, 200}) ==
        "the candidate's error rate is above 5 %: 40 of 200 requests failed");
  CHECK(
      reason_to_abort(gate, {400, 20'000, 40, 20'000}) ==
      "the candidate fails more than 2 times as often as the baseline: 400 of 20,000 requests failed, of the "
      "baseline 40 of 20,000 requests failed");
  CHECK_FALSE(reason_to_abort(gate, {30, 100'000, 0, 100'000}));
  gate.judgement.abort = {};
  CHECK_FALSE(reason_to_abort(gate, {200, 200, 0, 200}));
}

TEST_CASE("abort: ends as a failure with the place of the rule") {
  config::GateSpec gate;
  gate.thresholds = {threshold(config::Aggregate::count, config::Comparator::greater, 1)};
  auto run = run_of(10, 1.0);
  run.facts().early_stop = EarlyStop{StopCause::errors, 10s, "too many"};
  const Verdict verdict = judge(run.result(), gate);
  CHECK(verdict.grade == Grade::fail);
  CHECK(verdict.reason == "aborted after 10s: too many");
  CHECK(verdict.findings.front().kind == FindingKind::abort);
}

TEST_CASE("looks: continuous ones come a fifth later each, and the last at the end") {
  auto soak = gate({load(3600s, 0s)});
  soak.judgement.continuous = true;
  const auto at = times(soak);
  REQUIRE(at.size() > 10);
  CHECK(at.front() == 120s);
  CHECK(seconds(at[4]) == doctest::Approx(240));
  CHECK(at.back() == 3600s);
  CHECK(seconds(at.back() - at[at.size() - 2]) > 0.08 * 3600);
}

TEST_CASE("looks: a continuous look passes, fails or goes on by p-values that hold at all times") {
  auto soak = gate({load(3600s)});
  soak.compare = {compare_quantile(0.5, 0.10), compare_errors(0.01), compare_throughput(0.05),
                  compare_stalls()};
  soak.judgement.continuous = true;
  const auto index_at = [&](Nanos at) {
    const auto all = times(soak);
    return static_cast<std::size_t>(std::ranges::find_if(all, [&](Nanos t) { return t >= at; }) -
                                    all.begin());
  };
  // Eight blocks of 15 s are the pilot, and nothing but a pilot decides nothing.
  const Interim early = look_at(run_of(120, 1).result(), soak, 0);
  CHECK(early.advice == Advice::go_on);
  CHECK(early.row.p_pass == 1);
  CHECK(early.row.pass_bound == doctest::Approx(0.05));
  CHECK(early.row.fail_bound == doctest::Approx(0.05 / 4));
  const Interim passed = look_at(run_of(600, 1).result(), soak, index_at(600s));
  CHECK(passed.advice == Advice::stop_passed);
  CHECK(passed.row.p_pass <= 0.05);
  const Interim failed = look_at(run_of(600, 1.25).result(), soak, index_at(600s));
  CHECK(failed.advice == Advice::stop_failed);
  CHECK(look_at(run_of(600, 1.10).result(), soak, index_at(600s)).advice == Advice::go_on);
}

TEST_CASE("looks: a run that a continuous look ended is judged as that look judged it") {
  auto soak = gate({load(3600s)});
  soak.judgement.continuous = true;
  auto run = run_of(600, 1);
  const auto planned = planned_looks(soak);
  std::size_t index = 0;
  while (planned[index].at < 600s) ++index;
  run.facts().looks = {{planned[0].at, planned[0].fraction, 1, 1}, {600s, planned[index].fraction, 0.01, 1}};
  run.facts().early_stop =
      EarlyStop{StopCause::passed, 601s, "look 10 of 20 proved that all comparisons pass"};
  const Verdict verdict = judge(run.result(), soak);
  CHECK(verdict.grade == Grade::pass);
  REQUIRE(verdict.looks.size() == 2);
  CHECK(verdict.looks.back().of == planned.size());
  CHECK(verdict.looks.back().p_pass <= 0.05);
}

namespace {

RunResult stopped_by_hand(MeasuredRun run, Nanos at) {
  run.facts().early_stop = EarlyStop{StopCause::by_hand, at, "somebody asked for it"};
  return run.result();
}

}  // namespace

TEST_CASE("by hand: good numbers do not make a run pass that somebody stopped") {
  auto planned = gate({load(400s)});
  const RunResult good = stopped_by_hand(run_of(120, 0.7), 120s);
  Verdict verdict = judge(good, planned);
  CHECK(verdict.grade == Grade::inconclusive);
  CHECK(
      verdict.reason.starts_with("stopped by hand after 2m of 6m40s: whoever stops a run has seen its "
                                 "numbers, so it can fail but not pass"));
  planned.judgement.on_inconclusive = OnInconclusive::pass;
  CHECK(judge(good, planned).grade == Grade::inconclusive);
  planned.judgement.on_inconclusive = OnInconclusive::fail;
  CHECK(judge(good, planned).grade == Grade::fail);
  // Bad numbers do not prove a regression at a moment that was chosen by them either.
  planned.judgement.on_inconclusive = OnInconclusive::hold;
  CHECK(judge(stopped_by_hand(run_of(120, 1.3), 120s), planned).grade == Grade::inconclusive);
}

TEST_CASE("by hand: a gate of thresholds alone can fail but not pass") {
  auto planned = gate({load(400s)});
  planned.compare.clear();
  planned.thresholds = {threshold(config::Aggregate::count, config::Comparator::greater, 1)};
  CHECK(judge(stopped_by_hand(run_of(20, 1), 20s), planned).grade == Grade::inconclusive);
  planned.thresholds = {threshold(config::Aggregate::count, config::Comparator::less, 1)};
  CHECK(judge(stopped_by_hand(run_of(20, 1), 20s), planned).grade == Grade::fail);
}

TEST_CASE("by hand: the table of looks says that there was nothing to spend at the stop") {
  const auto planned = gate({load(400s)});
  auto run = run_of(150, 0.7);
  run.facts().looks = {{100s, 0.25, 0.3, 0.7}};
  const Verdict verdict = judge(stopped_by_hand(std::move(run), 150s), planned);
  REQUIRE(verdict.looks.size() == 2);
  CHECK(verdict.looks[0].pass_bound > 0);
  CHECK(verdict.looks[0].p_pass == 0.3);
  CHECK(verdict.looks[1].number == 2);
  CHECK(verdict.looks[1].of == 4);
  CHECK(verdict.looks[1].fraction == doctest::Approx(0.375));
  CHECK(verdict.looks[1].pass_bound == 0);
  CHECK(verdict.looks[1].fail_bound == 0);
  CHECK(verdict.looks[1].pass_spent == verdict.looks[0].pass_spent);
  CHECK(verdict.looks[1].p_pass < 0.05);
}

TEST_CASE("by hand: what continuous looks have proven holds at every moment") {
  auto soak = gate({load(3600s)});
  soak.judgement.continuous = true;
  const Verdict passed = judge(stopped_by_hand(run_of(600, 1), 600s), soak);
  CHECK(passed.grade == Grade::pass);
  CHECK(std::ranges::any_of(passed.findings, [](const Finding& finding) {
    return finding.kind == FindingKind::abort && finding.severity == Severity::info;
  }));
  CHECK(judge(stopped_by_hand(run_of(600, 1.25), 600s), soak).grade == Grade::fail);
  soak.judgement.on_inconclusive = OnInconclusive::pass;
  CHECK(judge(stopped_by_hand(run_of(600, 1.10), 600s), soak).grade == Grade::inconclusive);
}
