#include "engine/open_pacer.h"

#include <algorithm>

#include "engine/streams.h"

namespace assay::engine {
namespace {

schedule::OpenSchedule::Options options(const PacerContext& context, const OpenLoad& load,
                                        std::uint64_t stream) {
  return {load.spacing, context.plan.seed, stream, context.lane};
}

}  // namespace

OpenPacer::OpenPacer(const PacerContext& context, const OpenLoad& load)
    : Pacer(context),
      schedule_(load.rate, options(context, load, streams::arrivals(context.phase))),
      stream_(streams::arrivals(context.phase)),
      user_limit_(std::max<std::uint64_t>(context.lane.share(load.max_in_flight), 1)) {
  users_.reserve(user_limit_);
  free_.reserve(user_limit_);
}

void OpenPacer::begin(TimePoint start) {
  phase_start_ = start;
  next_ = schedule_.next();
}

TimePoint OpenPacer::next_due() const {
  const TimePoint arrival = next_ ? phase_start_ + next_->at : kNever;
  return waiting_.empty() ? arrival : std::min(arrival, sheds_at(waiting_.front()));
}

void OpenPacer::release(TimePoint now) {
  serve_waiting(now);
  while (next_ && phase_start_ + next_->at <= now) {
    Start start = start_of(*next_);
    next_ = schedule_.next();
    context_.host.arrival_due();
    if (ActiveUser* user = waiting_.empty() ? free_user() : nullptr) {
      run(*user, start, now);
      now = std::max(now, context_.host.last_sent());
    } else {
      context_.host.arrival_waited();
      start.paced = false;
      waiting_.push_back(start);
    }
  }
  while (!waiting_.empty() && sheds_at(waiting_.front()) <= now) shed_front(now);
}

void OpenPacer::serve_waiting(TimePoint now) {
  while (!waiting_.empty()) {
    ActiveUser* user = free_user();
    if (user == nullptr) return;
    const Start start = waiting_.front();
    waiting_.pop_front();
    run(*user, start, now);
  }
}

// Who waits is served by the next release(), together with what is due by then.
void OpenPacer::user_free(ActiveUser& user, TimePoint, bool) {
  --active_;
  free_.push_back(&user);
}

TimePoint OpenPacer::settled_until(TimePoint now) const {
  TimePoint until = Pacer::settled_until(now);
  if (!waiting_.empty()) until = std::min(until, waiting_.front().intended);
  if (next_) until = std::min(until, phase_start_ + next_->at);
  return until;
}

void OpenPacer::give_up(TimePoint now) {
  while (!waiting_.empty()) shed_front(now);
}

void OpenPacer::shed_front(TimePoint now) {
  const Start late = waiting_.front();
  waiting_.pop_front();
  context_.host.shed(late, *this, now);
}

Start OpenPacer::start_of(const schedule::Arrival& arrival) const {
  Start start{phase_start_ + arrival.at, true, iteration(stream_, arrival.number)};
  start.iteration.fresh = true;
  return start;
}

TimePoint OpenPacer::sheds_at(const Start& start) const {
  const auto& scenario = context_.plan.scenarios.scenarios[start.iteration.scenario];
  const Nanos patience = scenario.first_request().request.timeout;
  return patience > Nanos{0} ? start.intended + patience : kNever;
}

ActiveUser* OpenPacer::free_user() {
  if (!free_.empty()) {
    ActiveUser* user = free_.back();
    free_.pop_back();
    return user;
  }
  return users_.size() < user_limit_ ? &make_user() : nullptr;
}

void OpenPacer::run(ActiveUser& user, const Start& start, TimePoint now) {
  ++active_;
  ++user.iterations;
  context_.host.begin_iteration(user, start, now);
}

}  // namespace assay::engine
