#include "demo/demo_gates.h"

#include <algorithm>
#include <array>

namespace assay::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array<DemoScenario, 4> kScenarios{{
    {"pass", "the candidate behaves like the baseline", true},
    {"slow", "the candidate's median latency is 30 % higher", false},
    {"errors", "5 % of the candidate's answers are status 500", false},
    {"stall", "the candidate stops answering for 2 s, twice", false},
}};

// Well above the milliseconds by which a busy two-core machine delays a timer.
constexpr Nanos kMedian = milliseconds(50);
constexpr double kSigma = 0.35;

constexpr std::string_view kGate = R"(version: 1
name: demo
description: Promote the candidate only if it serves the shop as well as the baseline does.

targets:
  candidate: { url: "${CANDIDATE_URL}" }
  baseline: { url: "${BASELINE_URL}" }

scenarios:
  browse:
    weight: 4
    steps:
      - name: list items
        get: /items?limit=5
        expect:
          status: 200
          header: { content-type: { starts_with: application/json } }
          json: { /items: { min_items: 1 } }
        extract: { item: { json: /items/0/id } }
      - name: read item
        get: "/items/${item}"
        expect: { status: 200, json: { /id: { type: number } } }
  create:
    weight: 1
    steps:
      - name: create item
        post: /items
        json: { name: from the demo, price_cents: 250 }
        expect: { status: 201, header: { location: { starts_with: /items/ } } }

load:
  - shape: constant-arrival-rate
    rate: 330/s
    arrivals: poisson
    duration: 30s
    warm_up: 2s
    max_in_flight: 2000

thresholds:
  - p99(response_time) < 250ms
  - error_rate < 1%

compare:
  - { metric: p50(response_time), margin: 10%, floor: 1ms }
  - { metric: p95(response_time), margin: 10%, floor: 1ms }
  - { metric: p99(response_time), margin: 20%, floor: 2ms }
  - { metric: error_rate, margin: 1pp }
  - { metric: stalls }
)";

TargetOptions healthy(std::uint64_t seed) {
  TargetOptions options;
  options.seed = seed;
  for (const char* pattern : {"/items", "/items/*"}) {
    PathOptions path;
    path.pattern = pattern;
    path.latency = LognormalLatency{kMedian, kSigma};
    options.paths.push_back(path);
  }
  return options;
}

TargetOptions flawed(std::string_view scenario, std::uint64_t seed) {
  TargetOptions options = healthy(seed);
  if (scenario == "stall") options.stall = {seconds(11), seconds(2)};  // at 9 s and 20 s of about 30 s
  for (PathOptions& path : options.paths) {
    if (scenario == "slow") path.latency = LognormalLatency{kMedian * 13 / 10, kSigma};
    if (scenario == "errors") path.error_ratio = 0.05;
  }
  return options;
}

}  // namespace

std::span<const DemoScenario> demo_scenarios() { return kScenarios; }

std::optional<DemoPlan> demo_plan(std::string_view name, std::uint64_t seed) {
  const auto found = std::find_if(kScenarios.begin(), kScenarios.end(),
                                  [name](const auto& each) { return each.name == name; });
  if (found == kScenarios.end()) return std::nullopt;
  return DemoPlan{*found, flawed(name, 2 * seed), healthy(2 * seed + 1), std::string(kGate)};
}

}  // namespace assay::demo
