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
}

bool GateWatch::enough(const LiveSnapshot& snapshot, const engine::RunSoFar& so_far) {
  if (too_many_errors(snapshot)) return true;
  for (auto due = next(); due && so_far.settled() >= *due; due = next())
    if (look_into(snapshot.elapsed, so_far)) return true;
  return false;
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
  if (interim.advice == verdict::Advice::go_on) return false;
  stop(cause_of(interim.advice), elapsed, verdict::stop_reason(interim.row, interim.advice));
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
