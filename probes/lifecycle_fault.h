// The fault of an alert: what brings it about, keeps it up and takes it back, for each way that `inject`
// knows. Digests answers; asks nothing itself.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "probes/judgement.h"
#include "probes/kind.h"
#include "probes/lifecycle_settings.h"

namespace assay::probes {

class LifecycleFault {
 public:
  LifecycleFault() = default;
  LifecycleFault(const LifecycleFault&) = delete;
  LifecycleFault& operator=(const LifecycleFault&) = delete;
  virtual ~LifecycleFault() = default;

  // What brings it about, round by round: without answers at first. Empty: it is there, or problem() says why
  // it is not.
  virtual std::vector<client::Ask> begin(Exchanges /*answered*/) { return {}; }
  // Beside a poll; `until`: the end of that poll, since the fault began.
  virtual std::vector<client::Ask> keep_up(Nanos /*until*/) { return {}; }
  virtual void see(const Exchange& /*exchange*/) {}  // the answers to that
  // Whether the ask is one of many of its kind, which only show where they went wrong.
  virtual bool is_routine(const std::string& /*label*/) const { return false; }
  // What takes back what it did so far. Connections that are held end with this process anyway.
  virtual std::vector<client::Ask> undo() const { return {}; }
  virtual std::string why_not_undone(const client::Answer& answer) const;
  virtual void judge(Judgement& /*judgement*/) const {}
  virtual bool is_the_load() const { return false; }  // nobody but the end of the load takes it back

  // Why it could not be brought about, or is there no longer; empty: all is well.
  const std::string& problem() const { return problem_; }

 protected:
  // The first reason counts; empty: none.
  void fail(std::string why) {
    if (problem_.empty()) problem_ = std::move(why);
  }

 private:
  std::string problem_;
};

// The probe outlives it.
std::unique_ptr<LifecycleFault> fault_of(const Probe& probe);
std::unique_ptr<LifecycleFault> fault_by_messages(const Probe& probe, const MessagesInjector& injector);
std::unique_ptr<LifecycleFault> fault_by_connections(const Probe& probe, const ConnectionsInjector& injector);

// An HTTP request or a command that brings it about or takes it back.
client::Ask action_ask(const Probe& probe, const Action& action, std::string label);
// To another server than the target, over TLS where the place says so.
client::Ask place_ask(const Probe& probe, const FaultPlace& place, std::string label,
                      std::vector<client::Move> moves);

inline constexpr std::string_view kInject = "inject", kClear = "clear";

}  // namespace assay::probes
