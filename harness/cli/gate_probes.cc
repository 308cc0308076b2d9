#include "cli/gate_probes.h"

#include <fmt/format.h>

#include <utility>

#include "base/utc.h"
#include "client/client.h"
#include "probes/kind.h"
#include "probes/once.h"

namespace assay::cli {
namespace {

std::map<Arm, std::vector<probes::LoadFailures>> failures_in(const RunResult& result, Nanos offset) {
  std::map<Arm, std::vector<probes::LoadFailures>> failures;
  for (const FailedStretch& stretch : result.failed_stretches)
    failures[stretch.arm].push_back({offset + stretch.from, offset + stretch.until, stretch.requests});
  return failures;
}

std::map<Arm, probes::LoadFacts> load_of(const RunResult& result) {
  std::map<Arm, probes::LoadFacts> load;
  for (const Series& series : result.series) load[series.key.arm].requests += series.count;
  // Warm-up is not told apart by arm; the schedule gives each the same share.
  for (auto& [arm, facts] : load) {
    facts.requests += result.warm_up_requests / load.size();
    facts.known = true;
  }
  return load;
}

}  // namespace

GateProbes::GateProbes(std::vector<probes::Probe> probes, client::Guardian* guardian,
                       const Interrupts& interrupts)
    : probes_(std::move(probes)),
      board_(probes_),
      results_(probes_.size()),
      guardian_(guardian),
      interrupts_(interrupts) {
  mark(epoch_.moment, "before load");
}

void GateProbes::mark(TimePoint when, std::string name) {
  surroundings_.marks.push_back({when - epoch_.moment, std::move(name)});
}

GateProbes::Selection GateProbes::in_phase(ProbePhase phase) const {
  Selection selection;
  for (std::size_t i = 0; i < probes_.size(); ++i)
    if (probes_[i].spec.phase == phase) selection.push_back(i);
  return selection;
}

std::vector<const probes::Probe*> GateProbes::pointers(const Selection& selection) const {
  std::vector<const probes::Probe*> pointers;
  for (const std::size_t i : selection) pointers.push_back(&probes_[i]);
  return pointers;
}

void GateProbes::could_not(const Selection& selection, const SystemError& error) {
  for (const std::size_t i : selection) {
    ProbeResult result = probes::result_of(probes_[i]);
    result.reason = error.message();
    result.started_utc = utc_text(std::chrono::system_clock::now());
    results_[i] = std::move(result);
  }
}

void GateProbes::carry_out(ProbePhase phase) {
  const Selection selection = in_phase(phase);
  if (selection.empty() || interrupts_.came()) return;
  const auto client = client::Client::create();
  if (!client) return could_not(selection, client.error());
  client.value()->guard_by(guardian_);
  std::vector<ProbeResult> results =
      probes::run_once(pointers(selection), *client.value(), epoch_, interrupts_.fd(), &board_);
  for (std::size_t i = 0; i < selection.size(); ++i) results_[selection[i]] = std::move(results[i]);
}

// A course watches for minutes and is not repeated.
GateProbes::Selection GateProbes::once_beside_load() const {
  Selection selection = in_phase(ProbePhase::during);
  std::erase_if(selection, [&](std::size_t i) { return probes_[i].kind->begin == nullptr; });
  return selection;
}

GateProbes::Selection GateProbes::repeated_in(ProbePhase phase) const {
  Selection selection = in_phase(phase);
  std::erase_if(selection, [&](std::size_t i) { return probes_[i].kind->begin != nullptr; });
  return selection;
}

void GateProbes::start(ProbePhase phase, std::unique_ptr<probes::Runner>& runner) {
  const Selection selection = repeated_in(phase);
  if (selection.empty()) return;
  auto started = probes::Runner::start(pointers(selection), epoch_, &board_);
  if (!started) return could_not(selection, started.error());
  runner = std::move(started).value();
}

void GateProbes::finish(const Selection& selection, const std::unique_ptr<probes::Runner>& runner,
                        bool at_once) {
  if (!runner) return;
  runner->stop(at_once);
  std::vector<ProbeResult> results = runner->results(surroundings_);
  for (std::size_t i = 0; i < selection.size(); ++i) results_[selection[i]] = std::move(results[i]);
}

std::optional<std::string> GateProbes::before_load() {
  start(ProbePhase::continuous, continuous_);
  carry_out(ProbePhase::pre);
  for (const auto& result : results_) {
    if (!result || result->state != ProbeState::fail || result->severity != Severity::blocker) continue;
    return fmt::format("probe {} failed before it", result->name);
  }
  return std::nullopt;
}

void GateProbes::without_load() { carry_out(ProbePhase::during); }

void GateProbes::load_begins() { start(ProbePhase::during, during_); }

void GateProbes::load_began(TimePoint start) {
  load_start_ = start;
  mark(start, "load");
  const Selection selection = once_beside_load();
  if (selection.empty()) return;
  auto started = probes::Runner::start_beside(pointers(selection), epoch_,
                                              {start, guardian_, interrupts_.fd()}, &board_);
  if (!started) return could_not(selection, started.error());
  beside_ = std::move(started).value();
}

void GateProbes::load_ended(const RunResult& result) {
  mark(Clock::now(), "after load");
  if (load_start_) surroundings_.failures = failures_in(result, *load_start_ - epoch_.moment);
  surroundings_.load = load_of(result);
  finish(repeated_in(ProbePhase::during), during_);
  finish(once_beside_load(), beside_, result.interrupted_by.has_value());
}

void GateProbes::after_load() {
  carry_out(ProbePhase::post);
  finish(repeated_in(ProbePhase::continuous), continuous_);
}

Nanos GateProbes::lead() const { return load_start_ ? *load_start_ - epoch_.moment : Nanos{0}; }

std::vector<ProbeResult> GateProbes::take() {
  std::vector<ProbeResult> taken;
  for (std::size_t i = 0; i < results_.size(); ++i) {
    if (!results_[i]) {
      ProbeResult skipped = probes::result_of(probes_[i]);
      skipped.state = ProbeState::skip;
      skipped.reason = "its time never came: the run ended before";
      skipped.started_utc = utc_text(std::chrono::system_clock::now());
      results_[i] = std::move(skipped);
    }
    taken.push_back(*std::move(results_[i]));
  }
  return taken;
}

}  // namespace assay::cli
