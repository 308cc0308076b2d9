#include "cli/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/units.h"
#include "cli/load_planner.h"
#include "verdict/prospect.h"

namespace assay::cli {
namespace {

using config::CompareSpec;
using config::GateSpec;

// The verdict method's least amounts of data (its table of defaults).
constexpr double kLeastSeconds = 20;
constexpr double kLeastRequestsTogether = 1000;  // 40 slots of 25 requests

void add_open(const engine::OpenLoad& open, Nanos warm_up, Forecast& forecast) {
  forecast.iterations += open.rate.total();
  forecast.judged_iterations += open.rate.total() - open.rate.arrivals_until(warm_up);
}

void add_closed(const config::LoadSpec& load, const engine::ClosedLoad& closed, Forecast& forecast) {
  const auto users = static_cast<double>(load.users);
  double iterations = 0;
  if (closed.iterations_per_user) iterations = users * static_cast<double>(*closed.iterations_per_user);
  if (closed.iterations_shared) iterations = static_cast<double>(*closed.iterations_shared);
  // With a warm-up it is unknown how many of the counted iterations fall into it.
  if (iterations <= 0 || load.warm_up > Nanos{0}) forecast.known = false;
  forecast.iterations += iterations;
  forecast.judged_iterations += iterations;
}

void add_phase(const config::LoadSpec& load, Forecast& forecast) {
  const engine::PhasePlan phase = plan_phase(load);
  const auto* open = std::get_if<engine::OpenLoad>(&phase.load);
  if (open != nullptr) {
    add_open(*open, load.warm_up, forecast);
  } else {
    add_closed(load, std::get<engine::ClosedLoad>(phase.load), forecast);
  }
  forecast.planned_s += seconds(load.length());
  forecast.judged_s += seconds(load.judged());
}

std::vector<StepForecast> step_forecasts(const GateSpec& gate, const Forecast& forecast) {
  const double total_weight =
      std::accumulate(gate.scenarios.begin(), gate.scenarios.end(), 0.0,
                      [](double sum, const config::ScenarioSpec& scenario) { return sum + scenario.weight; });
  std::vector<StepForecast> steps;
  for (const config::ScenarioSpec& scenario : gate.scenarios) {
    const double share = scenario.weight / total_weight / static_cast<double>(forecast.arms);
    for (const config::StepSpec& step : scenario.steps) {
      if (!std::holds_alternative<config::RequestSpec>(step.action)) continue;
      steps.push_back({scenario.name, step.name, forecast.judged_iterations * share});
    }
  }
  return steps;
}

void add_comparison_shortfalls(const GateSpec& gate, const Forecast& forecast,
                               std::vector<std::string>& sentences) {
  if (forecast.judged_s < kLeastSeconds) {
    sentences.push_back(fmt::format("no comparison: {:.0f} s are judged, {:.0f} s are needed",
                                    forecast.judged_s, kLeastSeconds));
  }
  const double per_arm = forecast.judged_requests_per_arm();
  if (forecast.known && per_arm * 2 < kLeastRequestsTogether) {
    sentences.push_back(
        fmt::format("no comparison of latencies: about {:.0f} requests of both arms are judged, {:.0f} are "
                    "needed",
                    per_arm * 2, kLeastRequestsTogether));
  }
  for (const CompareSpec& compare : gate.compare) {
    const double needed = std::ceil(verdict::fewest_requests(compare) - 1e-6);
    if (!forecast.known || per_arm >= needed) continue;
    sentences.push_back(fmt::format("{}: about {:.0f} requests per arm are judged, {:.0f} are needed",
                                    compare.source_text, per_arm, needed));
  }
}

}  // namespace

double Forecast::judged_requests_per_arm() const {
  return std::accumulate(steps.begin(), steps.end(), 0.0,
                         [](double sum, const StepForecast& step) { return sum + step.requests_per_arm; });
}

Forecast forecast(const GateSpec& gate) {
  Forecast result;
  result.arms = std::max<std::size_t>(1, gate.targets.size());
  for (const config::LoadSpec& load : gate.load) add_phase(load, result);
  result.steps = step_forecasts(gate, result);
  return result;
}

std::vector<std::string> shortfalls(const GateSpec& gate, const Forecast& forecast) {
  std::vector<std::string> sentences;
  for (const config::ThresholdSpec& threshold : gate.thresholds) {
    if (!threshold.window || seconds(*threshold.window) <= forecast.judged_s) continue;
    sentences.push_back(fmt::format("{}: {:.0f} s are judged, which is no full window", threshold.source_text,
                                    forecast.judged_s));
  }
  if (!gate.compare.empty()) add_comparison_shortfalls(gate, forecast, sentences);
  return sentences;
}

}  // namespace assay::cli
