#include "cli/gate_watch.h"

#include <utility>

#include "verdict/breaker.h"

namespace assay::cli {
namespace {

stats::ErrorSlot counts_since(const std::array<LiveArm, kArmCount>& before,
                              const std::array<LiveArm, kArmCount>& now) {
  constexpr auto kCandidate = static_cast<std::size_t>(Arm::candidate);
  constexpr auto kBaseline = static_cast<std::size_t>(Arm::baseline);
  return {now[kCandidate].errors - before[kCandidate].errors,
          now[kCandidate].requests - before[kCandidate].requests,
          now[kBaseline].errors - before[kBaseline].errors,
          now[kBaseline].requests - before[kBaseline].requests};
}

constexpr const char* kOneOfSeveral =
    "this machine offers one part of the load of several: end all of them with a signal";

// Being extended by hand means: not being given up.
std::string reason_not_to_extend(const config::GateSpec& gate, const Segment& segment) {
  if (segment.count > 1) return kOneOfSeveral;
  if (verdict::longest_length(gate) <= gate.planned_length())
    return "the gate file gives no time for it: `verdict: { on_inconclusive: extend, max_duration: ... }` "
           "does";
  if (gate.judgement.continuous)
    return "nothing to do: continuous looks never give a run up, so it goes on by itself";
  return "";
}

// Of any advice but to go on.
StopCause cause_of(verdict::Advice advice) {
  if (advice == verdict::Advice::stop_passed) return StopCause::passed;
  return advice == verdict::Advice::stop_failed ? StopCause::failed : StopCause::futile;
}

}  // namespace

GateWatch::GateWatch(const config::GateSpec& gate, verdict::KnownNoises known, const Segment& segment,
                     LiveFeed& feed, Complete complete)
    : gate_(gate), known_(std::move(known)), feed_(feed), complete_(std::move(complete)) {
  if (segment.count == 1) planned_ = verdict::planned_looks(gate);
  feed_.looks_next(next());
  feed_.refuse(segment.count == 1 ? "" : kOneOfSeveral, reason_not_to_extend(gate, segment));
}

bool GateWatch::enough(const LiveSnapshot& snapshot, const engine::RunSoFar& so_far) {
  if (too_many_errors(snapshot) || asked_to_stop(snapshot.elapsed)) return true;
  for (auto due = next(); due && so_far.settled() >= *due; due = next())
    if (look_into(snapshot.elapsed, so_far)) return true;
  return false;
}

bool GateWatch::asked_to_stop(Nanos elapsed) {
  // Nothing is left to be ended where only answers are waited for.
  if (!feed_.wishes().stop || elapsed >= verdict::longest_length(gate_)) return false;
  feed_.say("stopping: somebody who watches has asked for it");
  stop(StopCause::by_hand, elapsed, "stopped by hand, on the live page");
  return true;
}

std::optional<Nanos> GateWatch::next() const {
  if (taken_.size() + 1 >= planned_.size()) return std::nullopt;
  return planned_[taken_.size()].at;
}

bool GateWatch::too_many_errors(const LiveSnapshot& snapshot) {
  const Nanos warm_up = gate_.load.empty() ? Nanos{0} : gate_.load.front().warm_up;
  if (snapshot.elapsed < warm_up + std::chrono::seconds(1)) {
    warm_up_ = snapshot.arms;
    return false;
  }
  auto reason = verdict::reason_to_abort(gate_, counts_since(warm_up_, snapshot.arms));
  if (!reason) return false;
  feed_.say("aborting: " + *reason);
  stop(StopCause::errors, snapshot.elapsed, *std::move(reason));
  return true;
}

bool GateWatch::look_into(Nanos elapsed, const engine::RunSoFar& so_far) {
  auto measured = so_far.measured(planned_[taken_.size()].at);
  if (!measured) {  // what is on disk cannot be read now; the end will tell
    feed_.say("no look: " + measured.error().message());
    planned_.clear();
    feed_.looks_next(std::nullopt);
    return false;
  }
  if (complete_) complete_(*measured);
  return look(elapsed, *measured);
}

bool GateWatch::look(Nanos elapsed, const RunResult& measured) {
  const verdict::Interim interim = verdict::look_at(measured, gate_, taken_.size(), known_);
  taken_.push_back(interim.facts);
  feed_.looks_next(next());
  feed_.looked(interim.row, interim.advice);
  if (interim.advice == verdict::Advice::go_on || keeps_on(interim.advice)) return false;
  stop(cause_of(interim.advice), elapsed, verdict::stop_reason(interim.row, interim.advice));
  return true;
}

// To give up is no decision, so not to do it costs no certainty.
bool GateWatch::keeps_on(verdict::Advice advice) {
  if (advice != verdict::Advice::stop_futile || !feed_.wishes().extend) return false;
  feed_.say("it goes on all the same: somebody who watches has asked for it");
  return true;
}

void GateWatch::stop(StopCause cause, Nanos at, std::string reason) {
  stopped_ = EarlyStop{cause, at, std::move(reason)};
}

void GateWatch::note_in(RunResult& result) const {
  result.looks = taken_;
  result.early_stop = stopped_;
}

}  // namespace assay::cli
