#include "verdict/overload.h"

#include <algorithm>
#include <numeric>

#include "verdict/lateness.h"

namespace assay::verdict {
namespace {

// A worker's use and its waiting, on average: they are booked at different moments.
constexpr double kWantsWholeCore = 0.90;
constexpr double kDelayed = 0.10;
constexpr double kWaitedOfSecond = 0.05, kWaitedOfRun = 0.01;
constexpr double kClosedShare = 0.1;
constexpr std::size_t kClosedSeconds = 2, kSustained = 3;

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::vector<Seconds> consecutive(const Seconds& seconds) {
  std::vector<Seconds> groups;
  for (const HealthSecond* second : seconds) {
    const bool follows = !groups.empty() && groups.back().back()->second + 1 == second->second;
    if (!follows) groups.emplace_back();
    groups.back().push_back(second);
  }
  return groups;
}

void add(Seconds& into, const Seconds& more) {
  Seconds merged;
  std::ranges::set_union(into, more, std::back_inserter(merged), {}, &HealthSecond::second,
                         &HealthSecond::second);
  into = std::move(merged);
}

std::uint64_t waited_in(const Seconds& seconds) {
  return std::accumulate(seconds.begin(), seconds.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const HealthSecond* s) { return sum + s->waited; });
}

// Arrivals per second that were asked for. A worker that is behind counts an arrival when it comes to it, so
// the mean of the whole run may say more than these seconds.
double asked_for(const RunResult& result, const Seconds& seconds) {
  return std::max(mean_offered_rate(result), mean_of(seconds, intended_of));
}

// What happened to the workers in some seconds in a row, all of them overloaded.
struct Cause {
  bool own_cpu = false, crowded = false;
};

Cause cause_of(const RunResult& result, const Seconds& episode) {
  const Seconds offered = offering(episode);
  const Seconds& judged = offered.empty() ? episode : offered;
  const double busy = mean_of(judged, busy_ratio), delay = mean_of(judged, delay_ratio);
  const double stolen = mean_of(judged, steal_of);
  const bool wants_all = busy + delay + stolen >= kWantsWholeCore;
  const bool too_much_for_a_core =
      !result.health.polling && busy > 0 && mean_of(judged, started_of) / busy < asked_for(result, judged);
  return {.own_cpu = busy >= kWholeCore || (wants_all && too_much_for_a_core),
          .crowded = wants_all && (delay >= kDelayed || stolen >= kStolen)};
}

// A dispatch that was late because its worker, or this whole machine, had no core: the wait is in this second
// or, where it ended later, in the next.
bool delayed_by_others(const Seconds& episode) {
  Nanos latest{0};
  double waited_s = 0;
  for (const HealthSecond* second : episode) {
    latest = std::max(latest, second->lag_max);
    waited_s += delay_ratio(*second);
  }
  return waited_s >= std::min(seconds(latest), 1.0) / 2 || mean_of(episode, steal_of) >= kStolen;
}

void judge_late(const RunResult& result, Overload& overload) {
  const Lateness lateness = lateness_of(result);
  if (!lateness.too_late && !offered_too_few(result.health)) return;
  Seconds late;
  for (const HealthSecond& second : result.health.seconds)
    if (second.lag_p99 > lateness.allowed) late.push_back(&second);
  for (const Seconds& episode : consecutive(late)) {
    const Cause cause = cause_of(result, episode);
    if (cause.own_cpu) add(overload.own_cpu, episode);
    if (cause.crowded || (!cause.own_cpu && delayed_by_others(episode))) add(overload.crowded, episode);
  }
}

bool users_ran_out(const HealthSecond& second) {
  if (second.shed > 0) return true;
  if (second.intended == 0) return second.waiting > 0;
  return share(second.waited, second.intended) > kWaitedOfSecond;
}

void judge_waiting(const RunResult& result, Overload& overload) {
  Seconds waiting;
  for (const HealthSecond* second : seconds_of(result, true))
    if (users_ran_out(*second)) waiting.push_back(second);
  const bool matters =
      result.health.shed > 0 || share(waited_in(waiting), result.health.intended) > kWaitedOfRun;
  if (!matters) return;
  for (const Seconds& episode : consecutive(waiting)) {
    const Cause cause = result.health.polling ? Cause{} : cause_of(result, episode);
    if (cause.own_cpu) add(overload.own_cpu, episode);
    if (cause.crowded) add(overload.crowded, episode);
    if (cause.own_cpu || cause.crowded) {
      overload.waited_for_worker += waited_in(episode);
    } else {
      add(overload.exhausted, episode);
    }
  }
}

// Closed users always ask for more, so a busy core alone is the sign.
void judge_closed(const RunResult& result, Overload& overload) {
  if (result.health.polling) return;
  const Seconds closed = seconds_of(result, false);
  const auto enough = [&](const Seconds& some) {
    return some.size() >= kClosedSeconds && share(some.size(), closed.size()) >= kClosedShare;
  };
  Seconds busy, delayed;
  for (const HealthSecond* second : closed) {
    if (busy_ratio(*second) >= kWholeCore) busy.push_back(second);
    if (delay_ratio(*second) >= kDelayed) delayed.push_back(second);
  }
  if (enough(busy)) add(overload.own_cpu, busy);
  if (enough(delayed) && mean_of(delayed, busy_ratio) + mean_of(delayed, delay_ratio) >= kWantsWholeCore)
    add(overload.crowded, delayed);
}

}  // namespace

Overload overload_of(const RunResult& result) {
  Overload overload;
  judge_late(result, overload);
  judge_waiting(result, overload);
  judge_closed(result, overload);
  return overload;
}

std::optional<std::size_t> phase_of(const RunResult& result, const HealthSecond& second) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < result.load.size(); ++i)
    if (!found || result.load[i].start <= std::chrono::seconds{second.second}) found = i;
  return found;
}

Seconds seconds_of(const RunResult& result, bool open_model) {
  Seconds found;
  for (const HealthSecond& second : result.health.seconds) {
    const auto phase = phase_of(result, second);
    if (phase && result.load[*phase].open_model == open_model) found.push_back(&second);
  }
  return found;
}

Seconds offering(const Seconds& seconds) {
  Seconds found;
  std::ranges::copy_if(seconds, std::back_inserter(found),
                       [](const HealthSecond* s) { return s->intended > 0; });
  return found;
}

double mean_offered_rate(const RunResult& result) {
  Nanos offered{0};
  for (const LoadPhaseFacts& phase : result.load)
    if (phase.open_model) offered += phase.end - phase.start;
  return offered > Nanos{0} ? static_cast<double>(result.health.intended) / seconds(offered) : 0;
}

double started_of(const HealthSecond& second) { return static_cast<double>(second.started); }
double intended_of(const HealthSecond& second) { return static_cast<double>(second.intended); }
double steal_of(const HealthSecond& second) { return second.machine.steal_ratio.value_or(0); }
double busy_ratio(const HealthSecond& second) { return second.busiest_worker_ratio; }
double delay_ratio(const HealthSecond& second) { return second.run_delay_ratio.value_or(0); }

double mean_of(const Seconds& seconds, double (*value)(const HealthSecond&)) {
  if (seconds.empty()) return 0;
  double sum = 0;
  for (const HealthSecond* second : seconds) sum += value(*second);
  return sum / static_cast<double>(seconds.size());
}

double sustained(const Seconds& seconds, double (*value)(const HealthSecond&)) {
  double highest = 0;
  for (const Seconds& group : consecutive(seconds)) {
    for (auto first = group.begin(); group.end() - first >= static_cast<std::ptrdiff_t>(kSustained); ++first)
      highest = std::max(highest, mean_of(Seconds(first, first + kSustained), value));
  }
  return highest > 0 ? highest : mean_of(seconds, value);
}

}  // namespace assay::verdict
