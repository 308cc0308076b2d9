#include "demo/demo_gates.h"

#include <doctest/doctest.h>

#include "config/gate_reader.h"
#include "scenario/compiler.h"

using namespace assay;
using namespace assay::demo;
using namespace std::chrono_literals;

namespace {

Nanos median(const TargetOptions& options) {
  return std::get<LognormalLatency>(options.paths.at(0).latency).median;
}

}  // namespace

TEST_CASE("every scenario has a plan, an unknown one has none") {
  for (const DemoScenario& scenario : demo_scenarios()) CHECK(demo_plan(scenario.name, 1));
  CHECK_FALSE(demo_plan("chaos", 1));
}

TEST_CASE("the baseline is healthy in every scenario") {
  for (const DemoScenario& scenario : demo_scenarios()) {
    const auto plan = demo_plan(scenario.name, 1);
    CHECK(median(plan->baseline) == 50ms);
    CHECK(plan->baseline.stall.every == 0s);
    CHECK(plan->baseline.paths.at(0).error_ratio == 0);
    CHECK(plan->baseline.seed != plan->candidate.seed);
  }
}

TEST_CASE("each scenario gives its candidate the flaw that it names") {
  CHECK(median(demo_plan("pass", 1)->candidate) == 50ms);
  CHECK(median(demo_plan("slow", 1)->candidate) == 65ms);
  CHECK(demo_plan("errors", 1)->candidate.paths.at(0).error_ratio == doctest::Approx(0.05));
  CHECK(demo_plan("stall", 1)->candidate.stall.lasting == 2s);
}

TEST_CASE("the gate is a valid gate file for both arms") {
  const auto plan = demo_plan("pass", 1);
  config::ReadOptions options;
  options.targets = {{"candidate", "http://127.0.0.1:1"}, {"baseline", "http://127.0.0.1:2"}};
  const auto spec =
      config::read_gate(std::make_shared<const SourceFile>("demo.yaml", plan->gate_text), options);
  REQUIRE_MESSAGE(spec, (spec ? "" : spec.error().render()));
  CHECK(spec->targets.size() == 2);
  CHECK(spec->compare.size() == 5);
  CHECK(scenario::compile(*spec));
}
