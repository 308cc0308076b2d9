// One virtual user: walks a scenario step by step, renders requests, reads answers. An interpreter of the
// plan, free of sockets, clocks and protocols. One thread at a time; the plan outlives it.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "model/arm.h"
#include "model/outcome.h"
#include "model/response.h"
#include "scenario/cookie_jar.h"
#include "scenario/scenario_plan.h"

namespace assay::scenario {

struct Judged {
  Outcome outcome = Outcome::ok;  // ok, status, check or extract
  std::string_view detail;    // 'expected status 200, got 503'; empty when ok; valid until the next finish()
  std::string_view location;  // "gate.yaml:12:17"; empty where the user wrote none
};

class VirtualUser {
 public:
  using WallClock = WallTime (*)();  // read only where cookies are stored or sent

  VirtualUser(const ScenarioSet& plan, std::uint64_t seed, WallClock now = &std::chrono::system_clock::now);

  // Starts an iteration: variables as the gate file gives them, cookies kept from earlier iterations of the
  // same user when it persists (closed shapes), forgotten when `fresh` (open shapes: every arrival is a new
  // visitor). All random draws of the iteration come from (seed, stream), so they do not depend on which
  // worker or user serves it.
  struct Iteration {
    std::size_t scenario = 0;
    Arm arm = Arm::candidate;
    std::uint64_t stream = 0;
    bool fresh = false;
  };
  void begin(const Iteration& iteration);

  // Moves to the next step; null: the iteration is over.
  const StepPlan* advance();
  Nanos draw_pause(const StepPlan& step);

  // The bytes of the current request. A static step costs nothing: the plan's own bytes are returned;
  // otherwise it is rendered into the user's buffer (capacity kept). Valid until the next render().
  std::string_view render();

  // Reads a complete answer to the current request: cookies, then checks (against the variables as they were
  // when the request was made), then extractors. A failed status ends the reading: such a body is another
  // document. The first failure in that order is reported.
  Judged finish(const ResponseView& response);

  Arm arm() const { return arm_; }

 private:
  const RequestPlan& request() const { return step_->request; }
  const RequestTemplate& wire() const { return request().wire[static_cast<std::size_t>(arm_)]; }
  CookieJar& jar() { return jars_[static_cast<std::size_t>(arm_)]; }
  match::Context context() const { return {variables_, plan_->secrets}; }

  void store_cookies(const ResponseView& response);
  const match::Check* first_failure(const match::Answer& answer) const;
  const Extractor* extract_all(const match::Answer& answer);
  Judged failed(Outcome outcome, std::string detail, const std::string& location);

  const ScenarioSet* plan_;
  std::uint64_t seed_;
  WallClock now_;
  Random random_;
  Arm arm_ = Arm::candidate;
  std::size_t scenario_ = 0;
  std::size_t next_step_ = 0;
  const StepPlan* step_ = nullptr;
  bool in_buffer_ = false;                 // the current request was rendered, not taken from the plan
  std::vector<match::Value> variables_;    // by slot
  std::array<CookieJar, kArmCount> jars_;  // by Arm
  std::string buffer_, cookies_, detail_;
};

}  // namespace assay::scenario
