// That the simulated runs are what they are said to be: the tables are worth no more than their data.
#include <doctest/doctest.h>

#include <cmath>

#include "generators/course.h"
#include "generators/error_run.h"
#include "generators/two_arm_run.h"

namespace {

using namespace assay::statistics;
using assay::Arm;
using assay::verdict::ArmSeries;

// Of many runs one after the other, so that slow noise averages out.
ArmSeries pooled(const TwoArmRun& run, std::uint64_t runs) {
  ArmSeries all = simulate_times(run, 1);
  for (std::uint64_t seed = 2; seed <= runs; ++seed)
    for (std::size_t arm = 0; arm < assay::kArmCount; ++arm)
      all.arms[arm].all.merge(simulate_times(run, seed).arms[arm].all);
  return all;
}

double quantile_ms(const ArmSeries& series, Arm arm, double q) {
  return static_cast<double>(series.arm(arm).all.quantile(q)) / 1e6;
}

double error_rate(const ErrorRun& run, Arm arm) {
  double errors = 0, requests = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto times = simulate_errors(run, seed).arm(arm);
    errors += static_cast<double>(times.error_count);
    requests += static_cast<double>(times.all.count());
  }
  return errors / requests;
}

}  // namespace

TEST_CASE("generators: arms get equal shares of Poisson arrivals, in slots of half a second") {
  const auto series = simulate_times({}, 7);
  CHECK(series.slot_count == 120);
  const auto candidate = series.arm(Arm::candidate).all.count(),
             baseline = series.arm(Arm::baseline).all.count();
  CHECK(std::llabs(static_cast<long long>(candidate) - static_cast<long long>(baseline)) <= 2);
  CHECK(candidate + baseline == doctest::Approx(12'000).epsilon(0.04));  // 4 s.e. are 3.7 %
  std::uint64_t in_slots = 0;
  for (const auto& slot : series.arm(Arm::candidate).slots) in_slots += slot.count();
  CHECK(in_slots == candidate);
}

TEST_CASE("generators: an effect changes the candidate as it says and nothing else") {
  const auto plain = simulate_times({}, 3), slower = simulate_times({.effect = Effect::slower_20}, 3);
  CHECK(plain.arm(Arm::baseline).all == slower.arm(Arm::baseline).all);
  for (const double q : {0.5, 0.95, 0.99})
    CHECK(quantile_ms(slower, Arm::candidate, q) / quantile_ms(plain, Arm::candidate, q) ==
          doctest::Approx(1.2).epsilon(0.005));  // two buckets
  const auto stalled = simulate_times({.effect = Effect::stall}, 3);
  CHECK(stalled.arm(Arm::candidate).all.max() > 1'900'000'000);
  CHECK(stalled.arm(Arm::baseline).all == plain.arm(Arm::baseline).all);
}

TEST_CASE("generators: quantiles of the plain families are those of their distributions") {
  const auto lognormal = pooled({}, 20);  // 120 000 requests of an arm
  CHECK(quantile_ms(lognormal, Arm::baseline, 0.50) == doctest::Approx(50).epsilon(0.01));
  CHECK(quantile_ms(lognormal, Arm::baseline, 0.95) == doctest::Approx(50 * std::exp(0.8224)).epsilon(0.02));
  const auto bimodal = pooled({.family = Family::bimodal}, 20);
  CHECK(quantile_ms(bimodal, Arm::baseline, 0.95) == doctest::Approx(200).epsilon(0.03));
  const auto heavy = pooled({.family = Family::heavy_tail}, 20);
  // Beyond 400 ms there is only the Pareto part: 5 % of (150 / x)^1.8, for p99 a fifth of it.
  CHECK(quantile_ms(heavy, Arm::baseline, 0.99) == doctest::Approx(150 * std::pow(5, 1 / 1.8)).epsilon(0.06));
}

TEST_CASE("generators: with own noise the arms of one run differ, on the average of many they do not") {
  for (const Family family : {Family::own_weather, Family::queue, Family::managed_runtime}) {
    CAPTURE(name(family));
    const auto all = pooled({.family = family}, 60);
    for (const double q : {0.5, 0.95})
      CHECK(quantile_ms(all, Arm::candidate, q) / quantile_ms(all, Arm::baseline, q) ==
            doctest::Approx(1).epsilon(0.03));
  }
}

TEST_CASE("generators: drift has its deviation, and forgets within its time") {
  Draws draws(1, 1);
  Course course(20'000);
  course.add(Drift{0.2, 5}, draws);
  double squares = 0, products = 0;
  for (int i = 0; i < 199'000; ++i) {
    const double now = course.log_factor((i + 0.5) * Course::kStep),
                 later = course.log_factor((i + 50.5) * Course::kStep);
    squares += now * now;
    products += now * later;
  }
  CHECK(std::sqrt(squares / 199'000) == doctest::Approx(0.2).epsilon(0.07));  // 3 s.e. of 2 000 memories
  CHECK(products / squares == doctest::Approx(std::exp(-1)).epsilon(0.15));
}

TEST_CASE("generators: error rates are what was asked for, however the errors come") {
  for (const ErrorFamily family :
       {ErrorFamily::independent, ErrorFamily::shared_outages, ErrorFamily::own_short_outages,
        ErrorFamily::own_long_outages, ErrorFamily::own_drift}) {
    CAPTURE(name(family));
    const ErrorRun run{.family = family, .seconds = 1800, .baseline_rate = 0.01, .excess = 0.01};
    CHECK(error_rate(run, Arm::baseline) == doctest::Approx(0.01).epsilon(0.1));
    CHECK(error_rate(run, Arm::candidate) == doctest::Approx(0.02).epsilon(0.1));
  }
}
