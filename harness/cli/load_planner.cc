#include "cli/load_planner.h"

#include <fmt/format.h>

#include "base/units.h"
#include "config/choices.h"

namespace assay::cli {
namespace {

using config::LoadSpec;
using config::Shape;

schedule::RateCurve rate_curve(const LoadSpec& load) {
  if (load.shape == Shape::constant_arrival_rate) {
    return schedule::RateCurve::constant(load.rate_per_s, load.duration);
  }
  std::vector<schedule::RateCurve::Stage> stages;
  for (const config::RateStage& stage : load.rate_stages)
    stages.push_back({stage.per_second, stage.duration});
  return {load.rate_per_s, stages};
}

schedule::UserCurve user_curve(const LoadSpec& load) {
  if (load.shape != Shape::ramping_vus) return schedule::UserCurve::constant(load.users, load.duration);
  std::vector<schedule::UserCurve::Stage> stages;
  for (const config::UserStage& stage : load.user_stages) stages.push_back({stage.users, stage.duration});
  return {load.users, stages};
}

bool is_open(const LoadSpec& load) {
  return load.shape == Shape::constant_arrival_rate || load.shape == Shape::ramping_arrival_rate;
}

engine::OpenLoad open_load(const LoadSpec& load) {
  using Spacing = schedule::OpenSchedule::Spacing;
  engine::OpenLoad open{.rate = rate_curve(load)};
  open.spacing = load.arrivals == config::Arrivals::poisson ? Spacing::poisson : Spacing::uniform;
  open.max_in_flight =
      load.max_in_flight > 0 ? load.max_in_flight : engine::default_max_in_flight(open.rate.peak_per_s());
  return open;
}

engine::ClosedLoad closed_load(const LoadSpec& load) {
  engine::ClosedLoad closed{.users = user_curve(load), .iterations_per_user = {}, .iterations_shared = {}};
  if (load.shape == Shape::per_vu_iterations) closed.iterations_per_user = load.iterations;
  if (load.shape == Shape::shared_iterations) closed.iterations_shared = load.iterations;
  return closed;
}

engine::ConnectionUse connection_use(config::Connections connections) {
  switch (connections) {
    case config::Connections::pooled:
      return engine::ConnectionUse::pooled;
    case config::Connections::per_user:
      return engine::ConnectionUse::per_user;
    case config::Connections::fresh:
      break;
  }
  return engine::ConnectionUse::fresh;
}

std::string ramp_text(const LoadSpec& load) {
  std::string text = format_rate(load.rate_per_s);
  for (const config::RateStage& stage : load.rate_stages) {
    text += fmt::format(", to {} over {}", format_rate(stage.per_second), format_duration(stage.duration));
  }
  return text;
}

std::string user_ramp_text(const LoadSpec& load) {
  std::string text = fmt::format("{} users", load.users);
  for (const config::UserStage& stage : load.user_stages) {
    text += fmt::format(", to {} over {}", stage.users, format_duration(stage.duration));
  }
  return text;
}

}  // namespace

std::string describe_load(const LoadSpec& load) {
  const std::string length = format_duration(load.duration);
  const std::string_view arrivals = config::kArrivals.word(load.arrivals);
  switch (load.shape) {
    case Shape::constant_arrival_rate:
      return fmt::format("{} for {}, {} arrivals", format_rate(load.rate_per_s), length, arrivals);
    case Shape::ramping_arrival_rate:
      return fmt::format("{}, {} arrivals", ramp_text(load), arrivals);
    case Shape::constant_vus:
      return fmt::format("{} users for {}", load.users, length);
    case Shape::ramping_vus:
      return user_ramp_text(load);
    case Shape::per_vu_iterations:
      return fmt::format("{} users, {} iterations each, at most {}", load.users,
                         format_count(load.iterations), length);
    case Shape::none:
      return fmt::format("other traffic for {}", length);
    case Shape::shared_iterations:
      break;
  }
  return fmt::format("{} users share {} iterations, at most {}", load.users, format_count(load.iterations),
                     length);
}

engine::PhasePlan plan_phase(const LoadSpec& load) {
  using Load = std::variant<engine::OpenLoad, engine::ClosedLoad>;
  return {.load = is_open(load) ? Load(open_load(load)) : Load(closed_load(load)),
          .shape = std::string(config::name(load.shape)),
          .description = describe_load(load),
          .warm_up = load.warm_up,
          .graceful_stop = load.graceful_stop,
          .connections = connection_use(load.connections)};
}

}  // namespace assay::cli
