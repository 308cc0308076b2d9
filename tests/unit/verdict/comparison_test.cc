#include "verdict/comparison.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "measured_run.h"

using namespace assay;
using namespace assay::verdict;

namespace {

std::vector<Finding> compared(const MeasuredRun& run, const std::vector<config::CompareSpec>& comparisons) {
  return compare_arms(arm_series(run.result()), comparisons, {});
}

bool says(const Finding& finding, const char* part) {
  return finding.sentence.find(part) != std::string::npos;
}

// From a slot on the candidate stops for `slots` slots; what was due meanwhile waits.
void add_stall(MeasuredRun& run, std::uint32_t first, std::uint32_t slots) {
  for (std::uint32_t k = first; k < first + slots; ++k)
    run.add({.slot = k, .response_time = Nanos{500'000'000} * (first + slots - k)}, 25);
}

}  // namespace

TEST_CASE("comparison: identical arms pass with their numbers in the finding") {
  MeasuredRun run;
  run.add_lognormal(50);
  const auto findings = compared(run, {compare_quantile(0.5, 0.10), compare_errors(0.01), compare_stalls()});
  for (const auto& finding : findings) CHECK_MESSAGE(finding.state == FindingState::pass, finding.sentence);
  const auto& p50 = findings.front();
  CHECK(p50.subject == "p50(response_time) +10.0 %");
  CHECK(*p50.p_pass <= 0.05);
  CHECK(*p50.low < *p50.change);
  CHECK(*p50.change < *p50.high);
  CHECK(*p50.high < *p50.margin);
  CHECK(*p50.smallest_detectable > *p50.margin);
  CHECK(*p50.largest_passing < *p50.margin);
  CHECK(*p50.p_pass + *p50.p_fail == doctest::Approx(1));
  CHECK_FALSE(p50.leaning);
  CHECK(says(p50, "p50 is "));
  CHECK(says(p50, ", within the 10 % allowed; 95 % sure; 12,000 requests an arm"));
}

TEST_CASE("comparison: a candidate that is clearly slower fails") {
  MeasuredRun run;
  run.add_lognormal(50, 1.25);
  const auto findings = compared(run, {compare_quantile(0.5, 0.10), compare_quantile(0.95, 0.10)});
  for (const auto& finding : findings) {
    CHECK(finding.state == FindingState::fail);
    CHECK(says(finding, " slower ("));
    CHECK(says(finding, "), more than the 10 % allowed; 95 % sure; 12,000 requests an arm"));
    CHECK_FALSE(finding.leaning);
    CHECK_FALSE(says(finding, "not proven either way"));
  }
}

TEST_CASE("comparison: a difference near the margin is inconclusive, leans and says what would decide") {
  MeasuredRun run(60);
  run.add_lognormal(25, 1.09);
  const auto finding = compared(run, {compare_quantile(0.95, 0.10)}).front();
  CHECK(finding.state == FindingState::inconclusive);
  CHECK(says(finding, "not proven either way"));
  CHECK(says(finding, "would decide (leaning bad); 95 % sure of each end"));
  CHECK(finding.leaning == Leaning::bad);
  CHECK(*finding.seconds_needed > 60);
}

TEST_CASE("comparison: what it rests on is in the finding") {
  MeasuredRun run;
  run.add_lognormal(25);
  add_stall(run, 100, 4);
  for (std::uint32_t k = 0; k < 3; ++k)  // one calm slot with three errors more
    run.add({.slot = 30, .outcome = Outcome::status, .status_class = 5});
  const auto findings = compared(run, {compare_quantile(0.5, 0.10), compare_errors(0.01)});
  REQUIRE(findings[0].basis);
  const Basis& latency = *findings[0].basis;
  CHECK(latency.slots_used + latency.slots_left_out == 240);
  CHECK(latency.slots_left_out >= 6);
  CHECK(*latency.calm_share == doctest::Approx(static_cast<double>(latency.slots_used) / 240));
  CHECK(latency.correlation.source == stats::CorrelationSource::this_run);
  CHECK(latency.influences.size() == 5);
  for (const Influence& influence : latency.influences) {
    CHECK(influence.until - influence.from == Nanos{500'000'000});
    CHECK(influence.change_without != *findings[0].change);
  }
  REQUIRE(findings[1].basis);
  REQUIRE(findings[1].basis->influences.size() == 1);
  CHECK(findings[1].basis->influences[0].from == Nanos{15'000'000'000});
  CHECK(findings[1].basis->influences[0].change_without == 0);
  CHECK_FALSE(findings[1].basis->calm_share);
}

TEST_CASE("comparison: a small but certain change passes and is named") {
  MeasuredRun run;
  run.add_lognormal(100, 1.04);
  const auto finding = compared(run, {compare_quantile(0.5, 0.10)}).front();
  CHECK(finding.state == FindingState::pass);
  CHECK(finding.significant_within_margin);
  CHECK(says(finding, "and sure that it is slower"));
}

TEST_CASE("comparison: the absolute floor widens the margin of fast answers") {
  MeasuredRun run;
  run.add_lognormal(50, 1.2);
  auto compare = compare_quantile(0.5, 0.10);
  compare.floor_ns = 25e6;  // half of the baseline's median
  const auto finding = compared(run, {compare}).front();
  CHECK(*finding.margin == doctest::Approx(0.5).epsilon(0.05));
  CHECK(finding.state == FindingState::pass);
}

TEST_CASE("comparison: fast failures do not make a candidate look fast") {
  MeasuredRun run;
  run.add_lognormal(40);
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot) {
    run.add({.slot = slot, .response_time = Nanos{1'000'000}, .outcome = Outcome::status, .status_class = 5},
            10);
    run.add({.arm = Arm::baseline, .slot = slot}, 10);
  }
  const auto findings = compared(run, {compare_quantile(0.95, 0.10), compare_errors(0.01)});
  CHECK(findings[0].state == FindingState::fail);
  CHECK(findings[1].state == FindingState::fail);
}

TEST_CASE("comparison: one stall of the candidate vetoes a pass but proves nothing") {
  MeasuredRun run;
  run.add_lognormal(25);
  add_stall(run, 100, 4);
  const auto finding = compared(run, {compare_stalls()}).front();
  CHECK(finding.state == FindingState::inconclusive);
  CHECK(says(finding, "stall seen in candidate only"));
  CHECK(finding.samples == 1);
}

TEST_CASE("comparison: six stalls to none are proof") {
  MeasuredRun run;
  run.add_lognormal(25);
  for (std::uint32_t stall = 0; stall < 6; ++stall) add_stall(run, 20 + 36 * stall, 4);
  CHECK(compared(run, {compare_stalls()}).front().state == FindingState::fail);
}

TEST_CASE("comparison: short runs, few requests and silent arms are insufficient, each with its reason") {
  MeasuredRun brief(15), thin(60), silent(60);
  brief.add_lognormal(50);
  thin.add_lognormal(13);
  const auto too_brief =
      compared(brief, {compare_quantile(0.5, 0.1), compare_errors(0.01), compare_stalls()});
  for (const auto& finding : too_brief) {
    CHECK(finding.state == FindingState::insufficient);
    CHECK(finding.leaning == Leaning::insufficient);
  }
  CHECK(says(too_brief.front(), "15 judged seconds are too few: 40 slots of 500ms are needed, 20 s"));
  const auto too_thin = compared(thin, {compare_quantile(0.999, 0.1), compare_errors(0.001)});
  for (const auto& finding : too_thin) CHECK(finding.state == FindingState::insufficient);
  CHECK(says(too_thin[1], "1,560 requests in the smaller arm are too few, 3,000 are needed"));
  for (const auto& finding : compared(silent, usual_comparisons()))
    CHECK(finding.state == FindingState::insufficient);
}

TEST_CASE("comparison: throughput counts the requests that succeeded, and less of it is worse") {
  MeasuredRun run;
  run.add_lognormal(25);
  const auto same = compared(run, {compare_throughput(0.05)}).front();
  CHECK(same.state == FindingState::pass);
  CHECK(same.subject == "throughput -5.0 %");
  CHECK(same.unit == Unit::per_second);
  CHECK(*same.candidate == doctest::Approx(50));
  CHECK(says(same, "throughput is 0 % "));
  CHECK(says(same, "(50/s against 50/s), within the 5 % allowed; 95 % sure; 6,000 requests an arm"));

  for (std::uint32_t slot = 0; slot < run.slots(); ++slot)
    run.add({.arm = Arm::baseline, .slot = slot}, 5 + slot % 2);
  const auto less = compared(run, {compare_throughput(0.05)}).front();
  CHECK(less.state == FindingState::fail);
  CHECK(*less.low <= *less.change);
  CHECK(*less.change <= *less.high);
  CHECK(*less.high < -0.05);
  CHECK(*less.smallest_detectable < -0.05);
  CHECK(says(less, " lower (50/s against 61/s), more than the 5 % allowed; 95 % sure"));
}

TEST_CASE("comparison: a candidate of which nothing succeeded has no throughput to compare") {
  MeasuredRun run;
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot) {
    run.add({.slot = slot, .outcome = Outcome::status, .status_class = 5}, 25);
    run.add({.arm = Arm::baseline, .slot = slot}, 25);
  }
  const auto finding = compared(run, {compare_throughput(0.05)}).front();
  CHECK(finding.state == FindingState::insufficient);
  CHECK(finding.sentence == "throughput: no request to the candidate succeeded");
}

TEST_CASE("comparison: outages that were not seen are reckoned with where the gate wants that proven") {
  auto errors = compare_errors(0.01);
  errors.proving = std::chrono::seconds(1);
  MeasuredRun brief(120);
  brief.add_lognormal(25);
  const auto too_short = compared(brief, {errors}).front();
  CHECK(too_short.state == FindingState::insufficient);
  CHECK(too_short.sentence ==
        "error_rate: 120 judged seconds are too few to prove that outages of 1s are rare enough: 5 min are "
        "needed even if none is seen");
  MeasuredRun enough(310);
  enough.add_lognormal(25);
  const auto proven = compared(enough, {errors}).front();
  CHECK(proven.state == FindingState::pass);
  CHECK(*proven.high < 0.01);
  CHECK(*proven.high > 0.009);
  CHECK(says(proven, "; outages of 1s are reckoned with"));
}

TEST_CASE("comparison: that stalls are few is proven by time without them") {
  auto stalls = compare_stalls();
  stalls.proving = std::chrono::seconds(1);
  MeasuredRun brief(120), enough(310), seen(310);
  brief.add_lognormal(25);
  enough.add_lognormal(25);
  seen.add_lognormal(25);
  CHECK(compared(brief, {stalls}).front().state == FindingState::insufficient);
  const auto proven = compared(enough, {stalls}).front();
  CHECK(proven.state == FindingState::pass);
  CHECK(*proven.p_pass == doctest::Approx(std::exp(-3.1)).epsilon(1e-3));
  CHECK_MESSAGE(
      says(proven, "; the candidate's take at most 0.966 % of the time more, 1 % are allowed; 95 % sure"),
      proven.sentence);
  add_stall(seen, 300, 4);  // two seconds: no veto, but no proof either
  const auto unproven = compared(seen, {stalls}).front();
  CHECK(unproven.state == FindingState::inconclusive);
  CHECK(unproven.leaning == Leaning::good);
  CHECK(says(unproven, " of the time more, 1 % are allowed: more time would decide"));
}
