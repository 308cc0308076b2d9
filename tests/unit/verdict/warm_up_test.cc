#include "verdict/warm_up.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <string>

#include "measured_run.h"
#include "verdict/judge.h"
#include "verdict/validity.h"

using namespace assay;
using namespace assay::verdict;

namespace {

using Factor = std::function<double(double at_seconds)>;

double constant(double) { return 1; }

Factor decay(double excess, double theta) {
  return [=](double at) { return 1 + excess * std::exp(-at / theta); };
}

// Lognormal times around `median_ms`, ten requests of each arm in each slot.
MeasuredRun measured(double seconds, const Factor& candidate, const Factor& baseline, double median_ms = 50) {
  MeasuredRun run(seconds);
  Random random(5, 0);
  const auto time = [&](double factor) {
    const double normal =
        std::sqrt(2 * random.exponential()) * std::cos(2 * std::numbers::pi * random.uniform());
    return Nanos{std::llround(factor * median_ms * 1e6 * std::exp(0.3 * normal))};
  };
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot)
    for (int i = 0; i < 10; ++i) {
      const double at = (slot + 0.5) / 2;
      run.add({.slot = slot, .response_time = time(candidate(at))});
      run.add({.arm = Arm::baseline, .slot = slot, .response_time = time(baseline(at))});
    }
  return run;
}

MeasuredRun shared(double seconds, const Factor& factor) { return measured(seconds, factor, factor); }

bool called(const MeasuredRun& run) { return find_warm_up(run.result()).has_value(); }

}  // namespace

TEST_CASE("warm-up: a start that both arms share makes the run invalid and says what to do") {
  auto run = shared(120, decay(0.6, 12));
  const auto findings = validity_findings(run.result(), {});
  REQUIRE(findings.size() == 1);
  CHECK(findings.front().state == FindingState::invalid);
  CHECK(findings.front().sentence ==
        "the service was still warming up when judging began: both arms' p50 was at least 29 % higher in the "
        "first 12 s than in the second half; choose `warm_up: 40s` or more");
  const auto warm_up = find_warm_up(run.result());
  REQUIRE(warm_up);
  CHECK(warm_up->start_seconds == 12);
  CHECK(warm_up->excess == doctest::Approx(0.38).epsilon(0.1));  // 0.6 * (1 - 1/e)
  CHECK(warm_up->enough_seconds >= 30);                          // 12 s * ln(0.6 / 0.02) = 41 s
  CHECK(warm_up->enough_seconds <= 60);
}

TEST_CASE("warm-up: what has been warmed up already counts") {
  auto run = shared(120, decay(0.6, 12));
  const double after_none = find_warm_up(run.result())->enough_seconds;
  auto& phase = run.facts().load.front();
  phase.warm_up = Nanos{10'000'000'000};
  const auto later = find_warm_up(run.result());  // the same decay, from a tenth of a minute later on
  REQUIRE(later);
  CHECK(later->enough_seconds == doctest::Approx(after_none).epsilon(0.3));
}

TEST_CASE("warm-up: a slow start of one arm alone is for the comparison to judge") {
  CHECK(!called(measured(120, decay(1, 12), constant)));
  CHECK(!called(measured(120, constant, decay(1, 12))));
}

TEST_CASE("warm-up: with one arm a slow start is a remark, because it may be the version's own") {
  MeasuredRun run(120, false);
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot)
    for (int i = 0; i < 20; ++i)
      run.add({.slot = slot,
               .response_time = Nanos{std::llround(decay(0.6, 12)(slot / 2.0) * (49e6 + 1e5 * i))}});
  const auto findings = validity_findings(run.result(), {});
  REQUIRE(findings.size() == 1);
  CHECK(findings.front().state == FindingState::info);
  CHECK(findings.front().severity == Severity::info);
  CHECK(findings.front().sentence ==
        "p50 was 37 % higher in the first 12 s than in the second half; if the service was still warming up, "
        "choose `warm_up: 40s` or more");
}

TEST_CASE("warm-up: steady times are none, whether they scatter or not") {
  CHECK(!called(shared(120, constant)));
  MeasuredRun equal(60);
  for (std::uint32_t slot = 0; slot < equal.slots(); ++slot) {
    equal.add({.slot = slot}, 20);
    equal.add({.arm = Arm::baseline, .slot = slot}, 20);
  }
  CHECK(!called(equal));
}

TEST_CASE("warm-up: times that rise are none") { CHECK(!called(shared(120, decay(-0.5, 12)))); }

TEST_CASE("warm-up: a burst at the start is none") {
  for (const double length : {1.0, 2.0, 3.5})
    CHECK(!called(shared(120, [=](double at) { return at < length ? 4.0 : 1.0; })));
}

TEST_CASE("warm-up: a start that is hardly slower is none, and so are microseconds") {
  CHECK(!called(shared(120, decay(0.1, 12))));
  CHECK(called(measured(120, decay(0.6, 12), decay(0.6, 12), 1)));
  CHECK(!called(measured(120, decay(0.6, 12), decay(0.6, 12), 0.2)));
}

TEST_CASE("warm-up: drift that goes on for the whole run is none") {
  CHECK(!called(shared(120, [](double at) { return std::exp(0.3 * std::cos(at / 8)); })));
}

TEST_CASE("warm-up: a load that is not constant changes times by itself") {
  auto run = shared(120, decay(0.6, 12));
  for (const char* shape : {"ramping-arrival-rate", "ramping-vus", "shared-iterations"}) {
    run.facts().load.front().shape = shape;
    CHECK(!called(run));
  }
  run.facts().load.front().shape = "constant-vus";
  CHECK(called(run));
}

TEST_CASE("warm-up: only the first judged phase is looked at") {
  const auto phases = [](MeasuredRun& run, const char* first, const char* second) {
    auto& load = run.facts().load;
    load.push_back(load.front());
    load[0].shape = first;
    load[1].shape = second;
    load[0].end = load[1].start = Nanos{60'000'000'000};
  };
  const char* constant_rate = "constant-arrival-rate";
  const char* ramp = "ramping-arrival-rate";
  auto faster_later = shared(120, [](double at) { return at < 60 ? 1.5 : 1.0; });
  phases(faster_later, constant_rate, constant_rate);
  CHECK(!called(faster_later));
  auto slow_start = shared(120, [](double at) { return at < 60 ? decay(1, 8)(at) : 3.0; });
  phases(slow_start, constant_rate, ramp);
  CHECK(called(slow_start));
  phases(slow_start, ramp, constant_rate);
  CHECK(!called(slow_start));
}

TEST_CASE("warm-up: too short a run is not looked at") { CHECK(!called(shared(15, decay(1, 3)))); }
