#include "verdict/arm_series.h"

#include <doctest/doctest.h>

#include "measured_run.h"

using namespace assay;
using namespace assay::verdict;

TEST_CASE("arm series: a failure takes its step's timeout, or its own time where that is longer") {
  MeasuredRun run(10);
  run.add({.slot = 3, .response_time = Nanos{1'000'000}, .outcome = Outcome::status, .status_class = 5});
  run.add({.slot = 4, .response_time = Nanos{8'000'000'000}, .outcome = Outcome::shed, .status_class = 0});
  const auto series = arm_series(run.result());
  const auto& candidate = series.arm(Arm::candidate);
  CHECK(candidate.slots[3].max() == 2'000'000'000);
  CHECK(static_cast<double>(candidate.slots[4].max()) == doctest::Approx(8e9).epsilon(0.002));
  CHECK(candidate.errors[3] == 1);
  CHECK(candidate.error_rate() == 1);
}

TEST_CASE("arm series: steps of an arm are judged together, arms apart") {
  MeasuredRun run(10);
  run.facts().steps.push_back({"browse", "read", "GET", "/read", Nanos{2'000'000'000}});
  run.add({.slot = 0}, 3);
  run.add({.slot = 0, .step = 1}, 4);
  run.add({.arm = Arm::baseline, .slot = 0}, 5);
  const auto series = arm_series(run.result());
  CHECK(series.slot_count == 20);
  CHECK(series.arm(Arm::candidate).slots[0].count() == 7);
  CHECK(series.arm(Arm::baseline).slots[0].count() == 5);
}

TEST_CASE("arm series: warm-up slots between two phases are left out") {
  MeasuredRun run(10);
  LoadPhaseFacts second;
  second.start = Nanos{10'000'000'000};
  second.warm_up = Nanos{2'000'000'000};
  second.end = Nanos{20'000'000'000};
  run.facts().load.push_back(second);
  run.add({.slot = 21}, 9);  // in the second warm-up
  run.add({.slot = 24}, 2);
  const auto series = arm_series(run.result());
  CHECK(series.slot_count == 36);
  CHECK(series.arm(Arm::candidate).all.count() == 2);
  CHECK(series.arm(Arm::candidate).slots[20].count() == 2);
  CHECK(series.begin_of(3) == Nanos{1'500'000'000});
  CHECK(series.begin_of(20) == Nanos{12'000'000'000});
}

TEST_CASE("arm series: few requests make longer slots") {
  MeasuredRun busy(10), quiet(10);
  for (std::uint32_t slot = 0; slot < 20; ++slot) {
    busy.add({.slot = slot}, 25);
    quiet.add({.slot = slot}, 10);
  }
  CHECK(slots_together(arm_series(busy.result())) == 1);
  CHECK(slots_together(arm_series(quiet.result())) == 3);
  CHECK(slots_together(arm_series(MeasuredRun(10).result())) == 1);
  MeasuredRun by_chance(30);  // 50/s, a few requests short
  for (std::uint32_t slot = 0; slot < by_chance.slots(); ++slot)
    by_chance.add({.slot = slot}, slot % 20 == 0 ? 24 : 25);
  CHECK(slots_together(arm_series(by_chance.result())) == 1);
}
