// How often the verdict method errs and decides, against the rates published for it (section 3 of the verdict
// method). Seeds are fixed, so each count is a constant of the code; a bound is the nominal or published rate
// plus three to four standard errors of the simulation, and a count outside it means that the method has
// changed.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>

#include "simulated_run.h"
#include "stats/error_rate.h"
#include "stats/latency_shift.h"

namespace {

using namespace assay::statistics;
using assay::stats::LatencyShift;
using assay::stats::ShiftMetric;

constexpr double kAlpha = 0.05;
constexpr ShiftMetric kP50{ShiftMetric::Kind::quantile, 0.50};
constexpr ShiftMetric kP95{ShiftMetric::Kind::quantile, 0.95};
constexpr ShiftMetric kTail5{ShiftMetric::Kind::tail5, 0.95};
constexpr ShiftMetric kP99{ShiftMetric::Kind::quantile, 0.99};

struct Rates {
  double pass = 0, fail = 0;  // percent of runs
};

struct Decision {
  bool pass = false, fail = false;
};

Decision decide(const LatencyShift& run, const ShiftMetric& metric, double margin) {
  const auto test = run.test(metric, std::log1p(margin));
  if (!test) return {};
  return {test->p_pass <= kAlpha, test->p_pass >= 1 - kAlpha};
}

template <class Decide>
Rates rates_over(int runs, const Decide& decide_run) {
  int passed = 0, failed = 0;
  for (int seed = 0; seed < runs; ++seed) {
    const Decision decision = decide_run(static_cast<std::uint64_t>(seed));
    passed += decision.pass;
    failed += decision.fail;
  }
  return {100.0 * passed / runs, 100.0 * failed / runs};
}

Rates latency_rates(const Simulation& simulation, const ShiftMetric& metric, int runs) {
  return rates_over(
      runs, [&](std::uint64_t seed) { return decide(simulated_run(simulation, seed), metric, 0.10); });
}

Rates error_rates(const ErrorSimulation& simulation, double margin, int runs) {
  return rates_over(runs, [&](std::uint64_t seed) {
    const auto slots = simulated_errors(simulation, seed);
    const auto errors = assay::stats::compare_errors(slots, 0.5, margin, kAlpha, 5);
    return Decision{errors.p_pass <= kAlpha, errors.p_fail <= kAlpha};
  });
}

// Stalls seen in the candidate only, as the veto counts them.
double veto_rate(const Simulation& simulation, int runs) {
  return rates_over(runs,
                    [&](std::uint64_t seed) {
                      const auto run = simulated_run(simulation, seed);
                      const auto calm = run.calm_time(0);
                      const double excess = run.slot_seconds() * (static_cast<double>(calm.candidate.slots) -
                                                                  static_cast<double>(calm.baseline.slots));
                      return Decision{excess >= std::max(0.01 * run.seconds(), 0.5), false};
                    })
      .pass;
}

}  // namespace

// Nominal 5 %, published at most 2.1 % for 60 s at 200/s; 200 runs: 5 % + 3 s.e. = 9.6 %.
TEST_CASE("at the margin exactly, promotion and failure stay below their nominal rate") {
  for (const Family family : {Family::lognormal, Family::bimodal})
    for (const auto& metric : {kP50, kP95, kTail5, kP99}) {
      const auto rates = latency_rates({.family = family, .candidate_factor = 1.10}, metric, 200);
      CHECK(rates.pass <= 9.6);
      CHECK(rates.fail <= 9.6);
    }
}

TEST_CASE("identical lognormal arms pass at the published rates and never fail") {
  struct Published {
    ShiftMetric metric;
    double low, high;  // published 100, 99, 96 and 68 % +- four standard errors of 200 runs
  };
  for (const auto& published :
       {Published{kP50, 98, 100}, {kP95, 96, 100}, {kTail5, 90, 100}, {kP99, 55, 81}}) {
    const auto rates = latency_rates({}, published.metric, 200);
    CHECK(rates.pass >= published.low);
    CHECK(rates.pass <= published.high);
    CHECK(rates.fail == 0);
  }
}

TEST_CASE("identical bimodal arms pass at the published rates and never fail") {
  const auto p50 = latency_rates({.family = Family::bimodal}, kP50, 100);
  CHECK(p50.pass >= 98);
  CHECK(p50.fail == 0);
  const auto p95 = latency_rates({.family = Family::bimodal}, kP95, 100);  // published 81 %
  CHECK(p95.pass >= 65);
  CHECK(p95.pass <= 97);
  CHECK(p95.fail == 0);
}

TEST_CASE("a candidate that is 25 % slower fails and never passes") {
  for (const auto& metric : {kP50, kP95}) {
    const auto rates = latency_rates({.candidate_factor = 1.25}, metric, 60);
    CHECK(rates.fail >= 90);
    CHECK(rates.pass == 0);
  }
}

// Published: 0 % without stalls, 99 to 100 % with a stall of 2 s in a run of 60 s.
TEST_CASE("a stall of the candidate alone vetoes, quiet runs are never vetoed") {
  CHECK(veto_rate({}, 100) == 0);
  CHECK(veto_rate({.stalls = true}, 100) >= 95);
}

// Published for independent errors, margin 1 pp, 60 s at 200/s: 100 % pass, at the margin 3.5 % promoted.
TEST_CASE("error rates are judged at the published rates") {
  const auto identical = error_rates({}, 0.01, 200);
  CHECK(identical.pass >= 98);
  CHECK(identical.fail == 0);
  const auto at_margin = error_rates({.candidate_excess = 0.01}, 0.01, 200);
  CHECK(at_margin.pass <= 9.6);
  CHECK(at_margin.fail <= 9.6);
  const auto broken = error_rates({.candidate_excess = 0.05}, 0.01, 50);
  CHECK(broken.fail >= 98);
  CHECK(broken.pass == 0);
}
