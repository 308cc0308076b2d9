#include "verdict/earlier.h"

#include <doctest/doctest.h>

#include "measured_run.h"
#include "verdict/judge.h"

using namespace assay;
using namespace assay::verdict;

namespace {

NoiseFacts facts_with(std::optional<double> instance_sd) {
  NoiseFacts facts;
  facts.metrics.push_back({.metric = "p50(response_time)",
                           .spectra = {{{3, 2}, 60, 200}, {{1}, 61, 190}},
                           .standard_error = 0.01,
                           .slow_share = 0.2,
                           .instance_sd = instance_sd,
                           .placement_runs = instance_sd ? std::size_t{6} : std::size_t{0}});
  return facts;
}

Verdict judged(const Earlier& earlier) {
  MeasuredRun run;
  run.add_lognormal(50);
  config::GateSpec gate;
  gate.compare = {compare_quantile(0.5, 0.10)};
  return judge(run.result(), gate, earlier);
}

}  // namespace

TEST_CASE("earlier: spectra are handed on oldest first, placement as the spread of a difference") {
  const KnownNoises known = known_noises(facts_with(0.05));
  const KnownNoise& noise = known.at("p50(response_time)");
  REQUIRE(noise.stored.size() == 2);
  CHECK(noise.stored[0].spectrum == std::vector<double>{1});
  CHECK(noise.stored[0].seconds == 61);
  CHECK(noise.stored[1].per_second == 200);
  REQUIRE(noise.placement);
  CHECK(noise.placement->variance == doctest::Approx(2 * 0.05 * 0.05));
  CHECK(noise.placement->freedom == 6);
  CHECK_FALSE(known_noises(facts_with(std::nullopt)).at("p50(response_time)").placement);
}

TEST_CASE("earlier: what two instances of one build differ by keeps a live comparison from passing") {
  CHECK(judged({}).grade == Grade::pass);
  CHECK(judged({.noise = facts_with(0.001), .history = {}}).grade == Grade::pass);
  CHECK(judged({.noise = facts_with(0.08), .history = {}}).grade == Grade::inconclusive);
}

TEST_CASE("earlier: a store that was asked and cannot be read keeps a live comparison from passing") {
  BaselineHistory broken;
  broken.problem = "cannot open runs.db: file is not a database";
  const Verdict verdict = judged({.noise = {}, .history = broken});
  CHECK(verdict.grade == Grade::inconclusive);
  CHECK(verdict.reason.find("cannot open runs.db") != std::string::npos);
}
