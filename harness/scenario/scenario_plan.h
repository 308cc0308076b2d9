// The immutable, compiled form of all scenarios of a gate: what workers share read-only. Made by
// scenario/compiler from Specs; this header and everything it includes know no Spec, so the engine never sees
// the config layer.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "match/check.h"
#include "match/text_template.h"
#include "model/arm.h"
#include "model/response.h"
#include "scenario/cookie_jar.h"
#include "scenario/extractor.h"
#include "scenario/request_template.h"

namespace assay::scenario {

// A request with everything precomputed. `wire` is the request in the protocol's bytes, one for each arm
// (they differ in Host and target headers); scenario/http1_wire makes it.
struct RequestPlan {
  std::array<RequestTemplate, kArmCount> wire;
  bool head = false;
  bool safe = false;
  ResponseInterest interest;         // the union of what checks, extractors and the cookie jar need
  Nanos timeout{0};                  // of the whole exchange
  std::vector<match::Check> checks;  // status first
  std::vector<Extractor> extractors;
};

inline constexpr std::uint16_t kPauseStep = 0xffff;

struct StepPlan {
  std::uint16_t index = kPauseStep;  // over all scenarios; pauses have none of their own (kPauseStep)
  bool is_pause = false;
  Nanos pause_min{0}, pause_max{0};
  RequestPlan request;  // when not a pause
};

struct ScenarioPlan {
  std::string name;
  std::uint32_t weight = 1;
  std::vector<StepPlan> steps;  // at least one request

  const StepPlan& first_request() const;
};

struct StepName {
  std::string scenario, name, method, target;
  Nanos timeout{0};
};

struct ScenarioSet {
  std::vector<ScenarioPlan> scenarios;
  std::vector<StepName> step_names;           // by StepPlan::index
  std::vector<match::Value> variable_values;  // by variable slot: what each iteration starts with
  std::vector<std::string> secrets;           // longest first: what no sentence may show
  std::array<Origin, kArmCount> origins;      // by Arm: whose cookies
  std::uint64_t total_weight = 0;

  // Which scenario the iteration takes whose random number is `bits`: proportional to the weights.
  std::size_t choose(std::uint64_t bits) const;
};

}  // namespace assay::scenario
