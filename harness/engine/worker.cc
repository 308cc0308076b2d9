#include "engine/worker.h"

#include <algorithm>
#include <utility>

namespace assay::engine {
namespace {

constexpr std::size_t index(Arm arm) { return static_cast<std::size_t>(arm); }

// The request never left this machine, or nobody took it: trying again at once would only hammer.
bool could_not_send(Outcome outcome) {
  switch (outcome) {
    case Outcome::dns:
    case Outcome::connect_refused:
    case Outcome::connect_timeout:
    case Outcome::connect_failed:
    case Outcome::no_local_port:
    case Outcome::no_file:
    case Outcome::tls:
      return true;
    default:
      return false;
  }
}

Sample sample_of(const ActiveUser& user, const net::ExchangeResult& result, Outcome outcome) {
  const int status_class = result.response.status / 100;
  Sample sample;
  sample.intended = user.intended;
  sample.sent = result.sent;
  sample.done = result.done;
  sample.connect = result.connect;
  sample.tls = result.tls;
  sample.first_byte = result.first_byte;
  sample.bytes_sent = result.bytes_sent;
  sample.bytes_received = result.bytes_received;
  sample.step = user.step->index;
  sample.arm = user.script.arm();
  sample.outcome = outcome;
  sample.status_class = static_cast<std::uint8_t>(status_class <= 5 ? status_class : 0);
  return sample;
}

}  // namespace

Worker::Worker(const RunPlan& plan, LiveMailbox& mailbox, std::array<net::Route, kArmCount> routes,
               const Options& options)
    : plan_(plan),
      mailbox_(mailbox),
      start_(options.start),
      loop_(plan.pacing),
      routes_(std::move(routes)),
      pools_{ConnectionPool{loop_, routes_[0], options.index},
             ConnectionPool{loop_, routes_[1], options.index}},
      recorder_(plan.scenarios.step_names.size(), options.start, plan.slot_length),
      health_(options.start),
      phases_(plan, schedule::lane(plan.segment.index - 1, plan.segment.count, options.index, plan.workers),
              *this),
      last_done_(options.start) {
  for (const ArmPlan& arm : plan.arms) timeouts_[index(arm.arm)] = arm.timeouts;
}

void Worker::run() {
  loop_.set_due(&due_, [this](TimePoint now) { dispatch(now); });
  phases_.begin(start_);
  while (!phases_.over()) {
    const TimePoint now = Clock::now();
    heed_stop(now);
    if (due_ <= now) dispatch(now);
    if (!phases_.over()) loop_.run_once(due_);
  }
  close_seconds(Clock::now());
  close_second(Clock::now());
}

void Worker::heed_stop(TimePoint now) {
  const Stop wanted = mailbox_.stop_requested();
  if (wanted == stopped_) return;
  stopped_ = wanted;
  if (wanted == Stop::all) {
    phases_.stop(now);
  } else {
    phases_.stop_offering(now);
  }
  due_ = now;
}

void Worker::dispatch(TimePoint now) {
  fire_timers(now);
  phases_.advance(now, [this, now](ActiveUser& user) { abort(user, now); });
  close_seconds(now);
  due_ = next_due();
}

void Worker::fire_timers(TimePoint now) {
  while (!timers_.empty() && timers_.front().due <= now) {
    std::pop_heap(timers_.begin(), timers_.end());
    const Timer timer = timers_.back();
    timers_.pop_back();
    ActiveUser& user = *timer.user;
    if (user.step == nullptr) {
      user.pacer.user_woke(user, now);
    } else {
      health_.dispatched(now - timer.due);
      next_step(user, timer.due);
    }
  }
}

void Worker::close_seconds(TimePoint now) {
  while (now >= health_.second_ends()) close_second(health_.second_ends());
}

void Worker::close_second(TimePoint end) {
  WorkerSecond second =
      health_.close_second(end, {phases_.waiting(), loop_.sockets(), phases_.warming_up(end)});
  second.slots = recorder_.take_slots(end);
  second.settled = std::min(phases_.settled_until(end), recorder_.taken_until(end)) - start_;
  mailbox_.post(std::move(second));
}

TimePoint Worker::next_due() const {
  const TimePoint timer = timers_.empty() ? kNever : timers_.front().due;
  return std::min({timer, phases_.next_due(), health_.second_ends()});
}

void Worker::begin_iteration(ActiveUser& user, const Start& start, TimePoint now) {
  health_.iteration_started();
  if (start.paced) health_.dispatched(now - start.intended);
  user.script.begin(start.iteration);
  next_step(user, start.intended);
}

void Worker::wake_later(ActiveUser& user, TimePoint at) {
  timers_.push_back({at, &user});
  std::push_heap(timers_.begin(), timers_.end());
  due_ = std::min(due_, at);
}

// `from` is when the step could begin at the earliest: the intended start of the iteration, the end of the
// step before it.
void Worker::next_step(ActiveUser& user, TimePoint from) {
  user.step = user.script.advance();
  user.intended = from;
  if (user.step == nullptr) return end_iteration(user, from, Outcome::ok);
  if (user.step->is_pause) return wake_later(user, from + user.script.draw_pause(*user.step));
  send(user);
}

void Worker::send(ActiveUser& user) {
  const scenario::RequestPlan& request = user.step->request;
  net::ExchangeRequest out;
  out.bytes = user.script.render();
  out.head = request.head;
  out.close_after = phases_.plan_of(user.pacer).connections == ConnectionUse::fresh;
  out.interest = &request.interest;
  out.timeouts = timeouts_[index(user.script.arm())];
  out.timeouts.total = request.timeout;

  net::Http1Connection& connection = connection_for(user);
  connection.owner = &user;
  user.exchange = &connection;
  health_.request_started();
  last_sent_ = Clock::now();
  connection.start(out, *this, last_sent_);
}

void Worker::on_exchange_end(net::Http1Connection& connection, const net::ExchangeResult& result) {
  ActiveUser& user = *static_cast<ActiveUser*>(connection.owner);
  scenario::Judged judged{result.outcome, result.detail, {}};
  if (result.outcome == Outcome::ok) judged = user.script.finish(result.response);

  Sample sample = sample_of(user, result, judged.outcome);
  sample.judged = phases_.judged(user.pacer, user.intended);
  recorder_.record(sample);
  health_.request_ended(sample);
  if (judged.outcome != Outcome::ok) recorder_.record_failure(sample, judged.detail, judged.location);

  last_done_ = result.done;
  release(user, connection);
  if (judged.outcome == Outcome::ok) return next_step(user, result.done);
  end_iteration(user, result.done, judged.outcome);
}

void Worker::end_iteration(ActiveUser& user, TimePoint now, Outcome outcome) {
  user.step = nullptr;
  if (outcome == Outcome::ok) ++iterations_completed_;
  user.pacer.user_free(user, now, could_not_send(outcome));
  if (phases_.needs_attention(user.pacer)) due_ = now;
}

void Worker::abort(ActiveUser& user, TimePoint now) {
  if (user.exchange != nullptr) return user.exchange->abort(now);
  end_iteration(user, now, Outcome::aborted);  // in a pause: nothing was under way
}

void Worker::shed(const Start& start, Pacer& pacer, TimePoint now) {
  Sample sample;
  sample.intended = start.intended;
  sample.done = now;
  sample.step = plan_.scenarios.scenarios[start.iteration.scenario].first_request().index;
  sample.arm = start.iteration.arm;
  sample.outcome = Outcome::shed;
  sample.was_sent = false;
  sample.judged = phases_.judged(pacer, start.intended);
  recorder_.record(sample);
  recorder_.record_failure(sample, "no virtual user was free in time", {});
  health_.request_shed(sample);
}

net::Http1Connection& Worker::connection_for(ActiveUser& user) {
  const std::size_t arm = index(user.script.arm());
  if (phases_.plan_of(user.pacer).connections != ConnectionUse::per_user) return pools_[arm].take();
  if (user.own[arm] == nullptr) user.own[arm] = &pools_[arm].take();
  return *user.own[arm];
}

void Worker::release(ActiveUser& user, net::Http1Connection& connection) {
  user.exchange = nullptr;
  if (user.own[index(user.script.arm())] != &connection)
    pools_[index(user.script.arm())].give_back(connection);
}

WorkerResult Worker::take_result() {
  WorkerResult result;
  result.recorded = recorder_.take();
  result.phases = phases_.facts(start_);
  result.peak_in_flight = health_.peak_in_flight();
  result.iterations_completed = iterations_completed_;
  for (std::size_t arm = 0; arm < kArmCount; ++arm)
    result.arms[arm] = {std::move(routes_[arm].tls_facts), routes_[arm].connections_opened,
                        routes_[arm].stale_retries};
  result.last_done = last_done_ - start_;
  return result;
}

}  // namespace assay::engine
