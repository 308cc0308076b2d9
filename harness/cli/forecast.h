// What a gate file will offer, computed before anything is sent: iterations by schedule, requests by scenario
// weights. Expectations, because weights and Poisson arrivals are random; closed shapes are known only where
// they count iterations.
#pragma once
#include <string>
#include <vector>

#include "config/gate_spec.h"

namespace assay::cli {

struct StepForecast {
  std::string scenario, step;
  double requests_per_arm = 0;  // judged
};

struct Forecast {
  bool known = true;      // false: depends on how fast the target answers
  double iterations = 0;  // all, warm-up included
  double judged_iterations = 0;
  double judged_s = 0, planned_s = 0;
  std::size_t arms = 1;
  std::vector<StepForecast> steps;

  double judged_requests_per_arm() const;
};

Forecast forecast(const config::GateSpec& gate);

// What the plan is too small to decide, whatever the target does, one sentence each. Limits: the verdict
// method's.
std::vector<std::string> shortfalls(const config::GateSpec& gate, const Forecast& forecast);

}  // namespace assay::cli
