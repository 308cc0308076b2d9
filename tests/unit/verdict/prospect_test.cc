#include "verdict/prospect.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <vector>

#include "measured_run.h"
#include "stats/noise_prior.h"
#include "verdict/duration_table.h"
#include "verdict/run_noise.h"

using namespace assay;
using namespace assay::verdict;

namespace {

config::GateSpec gate_of(std::vector<config::CompareSpec> comparisons) {
  config::GateSpec gate;
  gate.compare = std::move(comparisons);
  return gate;
}

// As one run of 300 s at 200/s would tell: `slow` is the slow over white power at every frequency.
NoiseFacts noise_of(const config::CompareSpec& compare, double white_error, double slow) {
  NoiseFacts facts;
  facts.runs = 1;
  facts.seconds = 300;
  facts.requests_per_s = 200;
  MetricNoise noise;
  noise.metric = compare.source_text;
  noise.slow_share = slow / (1 + slow);
  noise.standard_error = white_error * std::sqrt(1 + slow);
  noise.spectra = {{std::vector<double>(40, 1 + slow), 300, 200}};
  facts.metrics = {noise};
  return facts;
}

}  // namespace

TEST_CASE("prospect: more time finds less and lets identical versions pass more often") {
  const auto gate = gate_of({compare_quantile(0.95, 0.10)});
  const NoiseFacts known = noise_of(gate.compare.front(), 0.02, 0);
  const auto brief = prospects(gate, {60, 200}, known), longer = prospects(gate, {240, 200}, known);
  REQUIRE(brief.size() == 1);
  CHECK(brief.front().chance->best < longer.front().chance->best);
  CHECK(brief.front().smallest_detectable->best > longer.front().smallest_detectable->best);
  CHECK(longer.front().smallest_detectable->best > 0.10);
  CHECK(brief.front().seconds_needed->best ==
        doctest::Approx(longer.front().seconds_needed->best).epsilon(0.02));
}

TEST_CASE("prospect: after the needed time identical versions pass four times in five") {
  const auto gate = gate_of({compare_quantile(0.95, 0.10)});
  const NoiseFacts known = noise_of(gate.compare.front(), 0.03, 0);
  const double needed = prospects(gate, {30, 200}, known).front().seconds_needed->best;
  CHECK(needed > 30);
  CHECK(prospects(gate, {needed, 200}, known).front().chance->best == doctest::Approx(0.8).epsilon(0.02));
}

TEST_CASE("prospect: more rate helps against white noise, and only time against slow noise") {
  const auto gate = gate_of({compare_quantile(0.5, 0.10)});
  const auto white = prospects(gate, {60, 200}, noise_of(gate.compare.front(), 0.02, 0)).front();
  REQUIRE(white.rate_needed);
  CHECK(*white.rate_needed > 1);
  const auto slow = prospects(gate, {60, 200}, noise_of(gate.compare.front(), 0.012, 30)).front();
  CHECK_FALSE(slow.rate_needed);
  CHECK(slow.seconds_needed->best > 60);
}

TEST_CASE("prospect: what is too little to compare passes never, and says from when on it may") {
  const auto gate = gate_of({compare_quantile(0.99, 0.20), compare_errors(0.0025)});
  auto known = noise_of(gate.compare.front(), 0.001, 0);
  known.metrics.push_back(known.metrics.front());
  known.metrics.back().metric = "error_rate";
  known.metrics.back().standard_error = 1e-5;
  for (const auto& all : {prospects(gate, {30, 50}, known), prospects_by_table(gate, {30, 50})}) {
    REQUIRE(all.size() == 2);
    for (const Prospect& prospect : all) {
      CHECK(prospect.chance->best == 0);
      CHECK_FALSE(prospect.smallest_detectable);
    }
    CHECK(all[0].seconds_needed->best >= 40 - 0.1);             // 1,000 requests an arm
    CHECK(all[1].seconds_needed->best == doctest::Approx(48));  // 1,200 requests an arm
  }
}

TEST_CASE("prospect: a metric that is not known has its name and no numbers; stalls have none to have") {
  const auto gate = gate_of({compare_quantile(0.5, 0.10), compare_quantile(0.95, 0.10), compare_stalls()});
  const auto all = prospects(gate, {60, 200}, noise_of(gate.compare.front(), 0.02, 0));
  REQUIRE(all.size() == 2);
  CHECK(all[1].metric == "p95(response_time)");
  CHECK_FALSE(all[1].chance);
  CHECK(chance_of_all(all).best == all[0].chance->best);
}

// Table T5 for p95 at 10 %: 30 to 120 s at 200/s; a margin of 20 % needs (ln 1.1 / ln 1.2)^2 of that.
TEST_CASE("prospect: without knowledge the table answers, for the best and the worst kind of service") {
  const auto p95 = compare_quantile(0.95, 0.10);
  const auto needed = table_duration(p95, 200);
  CHECK(needed->shortest == doctest::Approx(30));
  CHECK(needed->longest == doctest::Approx(120));
  CHECK(table_duration(compare_quantile(0.95, 0.20), 200)->longest == doctest::Approx(32.8).epsilon(0.01));
  CHECK(table_duration(p95, 25)->longest == doctest::Approx(1200));
  CHECK(table_duration(p95, 5000)->longest == doctest::Approx(60));
  CHECK(table_duration(p95, 400)->longest < 120);
  CHECK_FALSE(table_duration(compare_quantile(0.999, 0.20), 200));

  const auto prospect = prospects_by_table(gate_of({p95}), {120, 200}).front();
  CHECK(prospect.by_table);
  CHECK(prospect.chance->worst == doctest::Approx(0.8));
  CHECK(prospect.chance->best > 0.99);
  CHECK(prospect.smallest_detectable->best < prospect.smallest_detectable->worst);
}

TEST_CASE("run noise: a run tells its noise at its own estimate, however far the arms lie apart") {
  const auto gate = gate_of({compare_quantile(0.5, 0.10), compare_errors(0.01), compare_stalls()});
  const auto noise_with = [&](double factor) {
    MeasuredRun run(60);
    run.add_lognormal(50, factor);
    return run_noise(arm_series(run.result()), gate);
  };
  const NoiseFacts equal = noise_with(1), slower = noise_with(1.3);
  CHECK(equal.seconds == 60);
  CHECK(equal.requests_per_s == doctest::Approx(200));
  REQUIRE(equal.of("p50(response_time)") != nullptr);
  CHECK(equal.of("error_rate") != nullptr);
  CHECK(equal.of("stalls") == nullptr);
  const MetricNoise& noise = *equal.of("p50(response_time)");
  CHECK(noise.spectra.front().spectrum.size() == 12);  // a fifth of the seconds
  // sigma * sqrt(pi / 2) * sqrt(2 / n), for n = 6,000 an arm
  CHECK(noise.standard_error * std::sqrt(1 - noise.slow_share) == doctest::Approx(0.01144).epsilon(0.15));
  CHECK(slower.of("p50(response_time)")->standard_error ==
        doctest::Approx(noise.standard_error).epsilon(0.1));
}

TEST_CASE("run noise: too little data is no noise") {
  MeasuredRun run(5);
  run.add_lognormal(50);
  CHECK(run_noise(arm_series(run.result()), gate_of({compare_quantile(0.5, 0.10)})).metrics.empty());
  CHECK(run_noise({}, gate_of({compare_quantile(0.5, 0.10)})).runs == 0);
}

TEST_CASE("prospect: throughput is told like a latency, downwards") {
  const auto gate = gate_of({compare_throughput(0.05)});
  const auto known = noise_of(gate.compare.front(), 0.01, 0);
  const auto one = prospects(gate, {300, 200}, known).front();
  CHECK(one.unit == Unit::per_second);
  CHECK(one.smallest_detectable->best > 0.05);
  CHECK(one.smallest_detectable->best < 0.10);
  CHECK(one.chance->best > 0.95);
  CHECK_FALSE(prospects_by_table(gate, {300, 200}).front().smallest_detectable);
}

TEST_CASE("prospect: what is to be proven needs its time, whatever the rate") {
  auto errors = compare_errors(0.0025);
  auto stalls = compare_stalls();
  errors.proving = stalls.proving = std::chrono::seconds(1);
  const auto gate = gate_of({errors, stalls});
  const auto brief = prospects_by_table(gate, {120, 10000});
  REQUIRE(brief.size() == 2);
  CHECK(brief[0].seconds_needed->best == doctest::Approx(1198.3).epsilon(1e-4));
  CHECK(brief[0].chance->best == 0);
  CHECK(brief[1].seconds_needed->best == doctest::Approx(299.6).epsilon(1e-3));
  const auto enough = prospects_by_table(gate, {1200, 200});
  REQUIRE(enough.size() == 1);
  CHECK(enough.front().highest_error_rate);
}

TEST_CASE("prospect: for how long noise lasts is taken from stored runs, where the gate does not say") {
  auto gate = gate_of({compare_quantile(0.5, 0.10)});
  NoiseFacts known = noise_of(gate.compare.front(), 0.02, 1);
  auto spectrum = stats::noise_shape(40, 300, 30);
  for (double& power : spectrum) power = 1 + 20 * power;
  known.metrics.front().spectra.assign(6, {spectrum, 300, 200});
  const auto chance = [&] { return prospects(gate, {60, 200}, known).front().chance->best; };
  const double told = chance();
  const double found = stats::correlation_of(known.metrics.front().spectra).seconds;
  CHECK(found > 15);
  gate.judgement.correlation_time = Nanos{std::llround(found * 1e9)};
  CHECK(chance() == doctest::Approx(told));
  gate.judgement.correlation_time = std::chrono::seconds(5);
  CHECK(chance() != doctest::Approx(told));
}
