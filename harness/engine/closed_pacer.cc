#include "engine/closed_pacer.h"

#include <algorithm>

#include "engine/streams.h"

namespace assay::engine {
namespace {

constexpr Nanos kBackOff{100'000'000};

// The iterations that fall to the users of a lane when `iterations` are dealt to `users` users in turn.
std::uint64_t shared_part(std::uint64_t iterations, std::uint64_t users, const schedule::Lane& lane) {
  std::uint64_t part = 0;
  for (std::uint64_t user = lane.offset; user < users; user += lane.stride)
    part += iterations / users + (user < iterations % users ? 1 : 0);
  return part;
}

}  // namespace

ClosedPacer::ClosedPacer(const PacerContext& context, const ClosedLoad& load) : Pacer(context), load_(load) {
  const std::uint64_t peak = load.users.peak();
  if (load.iterations_shared) shared_left_ = shared_part(*load.iterations_shared, peak, context.lane);
  users_.reserve(context.lane.share(peak));
  for (std::uint64_t number = context.lane.offset; number < peak; number += context.lane.stride) {
    make_user().number = number;
    times_.push_back(load.users.active(static_cast<std::uint32_t>(number)));
  }
}

void ClosedPacer::begin(TimePoint start) {
  phase_start_ = start;
  for (const auto& user : users_) {
    const TimePoint at = active_from(*user, start);
    if (at != kNever && has_iterations(*user)) sleep_until(*user, at);
  }
}

void ClosedPacer::user_free(ActiveUser& user, TimePoint now, bool back_off) {
  --active_;
  if (!offering_) return;
  if (back_off) {
    sleep_until(user, now + kBackOff);
  } else {
    run_or_sleep(user, now, now);
  }
}

void ClosedPacer::user_woke(ActiveUser& user, TimePoint now) {
  if (!offering_) return;
  --sleeping_;
  run_or_sleep(user, now, now);
}

void ClosedPacer::run_or_sleep(ActiveUser& user, TimePoint intended, TimePoint now) {
  const TimePoint from = active_from(user, now);
  if (from == kNever || !has_iterations(user)) return;
  if (from > now) return sleep_until(user, from);
  if (load_.iterations_shared) --shared_left_;
  const std::uint64_t stream = streams::user(context_.phase, user.number);
  const Start start{intended, false, iteration(stream, user.iterations)};
  ++active_;
  ++user.iterations;
  context_.host.begin_iteration(user, start, now);
}

bool ClosedPacer::has_iterations(const ActiveUser& user) const {
  if (load_.iterations_shared) return shared_left_ > 0;
  return !load_.iterations_per_user || user.iterations < *load_.iterations_per_user;
}

TimePoint ClosedPacer::active_from(ActiveUser& user, TimePoint now) const {
  if (now < user.active_until) return now;
  const auto& times = times_[(user.number - context_.lane.offset) / context_.lane.stride];
  for (const schedule::ActiveTime& time : times) {
    if (now >= phase_start_ + time.until) continue;
    const TimePoint from = std::max(now, phase_start_ + time.from);
    if (from == now) user.active_until = phase_start_ + time.until;
    return from;
  }
  return kNever;
}

void ClosedPacer::sleep_until(ActiveUser& user, TimePoint at) {
  ++sleeping_;
  context_.host.wake_later(user, at);
}

}  // namespace assay::engine
