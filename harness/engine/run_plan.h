// RunPlan: everything decided before the first byte is sent; immutable while workers run. Made by
// cli/run_planner from a GateSpec and the command line; the engine knows neither.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "model/arm.h"
#include "model/run_result.h"
#include "net/address.h"
#include "net/event_loop.h"
#include "net/exchange.h"
#include "net/tls_context.h"
#include "scenario/scenario_plan.h"
#include "schedule/open_schedule.h"
#include "schedule/rate_curve.h"
#include "schedule/user_curve.h"

namespace assay::engine {

struct ArmPlan {
  Arm arm = Arm::candidate;
  std::string url;                      // for reports; secrets redacted
  std::vector<net::Address> addresses;  // resolved; at least one
  bool use_tls = false;
  net::TlsOptions tls;
  std::string server_name;
  net::Timeouts timeouts;  // `total` is the step's own
};

// Arrivals at a rate, whatever the target does. Each arrival is one iteration by a free virtual user.
struct OpenLoad {
  schedule::RateCurve rate;
  schedule::OpenSchedule::Spacing spacing = schedule::OpenSchedule::Spacing::uniform;
  std::uint32_t max_in_flight = 0;  // virtual users at most, over all workers; at least 1
};

// Users that iterate as fast as the target answers.
struct ClosedLoad {
  schedule::UserCurve users;
  std::optional<std::uint64_t> iterations_per_user;  // per-vu-iterations
  std::optional<std::uint64_t> iterations_shared;    // shared-iterations: over all users of all workers
};

enum class ConnectionUse : std::uint8_t {
  pooled,    // any user takes any idle connection of its arm, the most recently used first
  per_user,  // a user keeps its own connection to each arm
  fresh,     // a new connection for every request
};

struct PhasePlan {
  std::variant<OpenLoad, ClosedLoad> load;
  std::string shape, description;  // for reports: LoadPhaseFacts
  Nanos warm_up{0};                // the first part of the phase; offered, not judged
  Nanos graceful_stop{0};          // what is in flight at the end may take this long
  ConnectionUse connections = ConnectionUse::pooled;

  Nanos length() const;  // planned; counted iterations: their max_duration
};

struct RunPlan {
  scenario::ScenarioSet scenarios;
  std::vector<ArmPlan> arms;      // one, or candidate and baseline
  std::vector<PhasePlan> phases;  // in sequence
  std::uint64_t seed = 0;
  Segment segment;
  std::uint32_t workers = 1;
  net::Pacing pacing = net::Pacing::sleep;
  std::optional<std::chrono::system_clock::time_point> start_at;
  Nanos slot_length{500'000'000};

  Nanos planned_length() const;               // sum of the phases
  std::uint64_t connections_at_most() const;  // over all workers and arms: what the file limit must allow
};

// Virtual users enough for `peak_per_s` at two seconds an iteration, at least 100, at most 10,000.
std::uint32_t default_max_in_flight(double peak_per_s);

}  // namespace assay::engine
