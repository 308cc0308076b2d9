#include "cli/prospect_text.h"

#include <doctest/doctest.h>

#include <string>

namespace assay::cli {
namespace {

config::GateSpec gate_with(double quantile, double margin) {
  config::GateSpec gate;
  config::CompareSpec compare;
  compare.quantile = quantile;
  compare.margin = margin;
  compare.source_text = quantile == 0.99 ? "p99(response_time)" : "p50(response_time)";
  gate.compare = {compare};
  return gate;
}

Forecast planned(double seconds, double requests_per_arm) {
  Forecast forecast;
  forecast.judged_s = seconds;
  forecast.steps = {{"shop", "list", requests_per_arm}};
  return forecast;
}

NoiseFacts noise(const char* metric, double standard_error, double slow_share) {
  NoiseFacts facts;
  facts.source = ".assay/baselines.db";
  facts.runs = 8;
  facts.seconds = 300;
  facts.requests_per_s = 200;
  MetricNoise known;
  known.metric = metric;
  known.standard_error = standard_error;
  known.slow_share = slow_share;
  const double ratio = 1 / (1 - slow_share);
  for (int run = 0; run < 8; ++run) known.spectra.push_back({std::vector<double>(40, ratio), 300, 200});
  facts.metrics = {known};
  return facts;
}

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a gate without comparisons has no prospects") {
  CHECK(prospect_text({}, planned(60, 6000), {}).empty());
}

TEST_CASE("the source is named: a table, or what is known of this service") {
  const auto gate = gate_with(0.5, 0.10);
  CHECK(says(prospect_text(gate, planned(60, 6000), {}),
             "from a table of five kinds of services, not from this one"));
  const NoiseFacts known = noise("p50(response_time)", 0.01, 0);
  CHECK(says(prospect_text(gate, planned(60, 6000), {&known}),
             "from .assay/baselines.db: 8 runs of 300 s at 200/s"));
}

TEST_CASE("where slow noise rules the advice is time, not rate") {
  const auto gate = gate_with(0.5, 0.10);
  const NoiseFacts slow = noise("p50(response_time)", 0.04, 0.97);
  CHECK(says(prospect_text(gate, planned(60, 6000), {&slow}), "make that 80% (add time, not rate)"));
  const NoiseFacts white = noise("p50(response_time)", 0.02, 0);
  CHECK(says(prospect_text(gate, planned(60, 6000), {&white}), " times the rate"));
}

TEST_CASE("a gate that seldom passes identical versions is warned of, with another metric") {
  const NoiseFacts known = noise("p99(response_time)", 0.08, 0.1);
  const auto text = prospect_text(gate_with(0.99, 0.10), planned(60, 6000), {&known});
  CHECK(
      says(text,
           "Unlikely to pass, even if nothing changed\n  - p99(response_time): identical versions pass in "));
  CHECK(says(text, "or compare tail5(response_time), or allow 20%"));
}

TEST_CASE("margins as measured count where a floor is more than the margin") {
  const NoiseFacts known = noise("p50(response_time)", 0.05, 0);
  const auto gate = gate_with(0.5, 0.05), measured = gate_with(0.5, 0.50);
  CHECK(says(prospect_text(gate, planned(60, 6000), {&known}), "Unlikely to pass"));
  CHECK_FALSE(says(prospect_text(gate, planned(60, 6000), {&known, &measured}), "Unlikely to pass"));
}

TEST_CASE("a closed load without any knowledge asks for a pilot") {
  Forecast unknown;
  unknown.known = false;
  unknown.judged_s = 60;
  CHECK(says(prospect_text(gate_with(0.5, 0.10), unknown, {}), "`--pilot 30s` asks it"));
  const NoiseFacts known = noise("p50(response_time)", 0.01, 0);
  CHECK(says(prospect_text(gate_with(0.5, 0.10), unknown, {&known}),
             "events rarer than one per 20 s are not covered"));
}

}  // namespace assay::cli
