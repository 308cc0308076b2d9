#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>

#include "base/units.h"
#include "model/filter.h"
#include "verdict/bottleneck.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

constexpr double kRose = 1.5;                   // the median service time, when the target is at its end
constexpr std::uint64_t kFewestRequests = 100;  // for a median to compare with
constexpr std::size_t kGrowingSeconds = 5;
constexpr double kGrowth = 0.02, kStillAnswering = 0.5;
constexpr double kSpread = 3;  // standard deviations of random arrivals

double answered_of(const HealthSecond& second) {
  return static_cast<double>(second.completed - std::min(second.completed, second.unanswered));
}

bool contains(const Seconds& seconds, const HealthSecond* second) {
  return std::ranges::find(seconds, second) != seconds.end();
}

std::uint64_t open_work(const HealthSecond& second) { return second.in_flight + second.waiting; }

// The target still answers, and yet ever more is open, second after second: no burst and no stall does that.
Seconds growing(const Seconds& open) {
  Seconds found;
  const double answering = kStillAnswering * sustained(open, answered_of);
  std::size_t in_a_row = 0;
  for (std::size_t i = 1; i < open.size(); ++i) {
    const double before = static_cast<double>(open_work(*open[i - 1])),
                 after = static_cast<double>(open_work(*open[i]));
    const bool follows = open[i]->second == open[i - 1]->second + 1;
    const bool grew = follows && intended_of(*open[i]) > 0 &&
                      after - before >= kGrowth * intended_of(*open[i]) && answered_of(*open[i]) >= answering;
    in_a_row = grew ? in_a_row + 1 : 0;
    if (in_a_row < kGrowingSeconds) continue;
    const std::size_t first = found.empty() || !contains(found, open[i - 1]) ? i + 1 - kGrowingSeconds : i;
    for (std::size_t j = first; j <= i; ++j) found.push_back(open[j]);
  }
  return found;
}

stats::Histogram service_times(const RunResult& result, Arm arm, const Seconds& seconds) {
  const auto slots_a_second = std::chrono::seconds{1} / result.slot_length;
  stats::Histogram times;
  for (const HealthSecond* second : seconds) {
    const auto first = static_cast<std::uint32_t>(second->second * slots_a_second);
    const SlotRange range{first, first + static_cast<std::uint32_t>(slots_a_second)};
    times.merge(aggregate(result, {.arm = arm}, range).at(Metric::service_time));
  }
  return times;
}

// The lowest median of enough requests in a row: a cold start is slower than the target need be.
std::optional<double> calm_median(const RunResult& result, Arm arm, const Seconds& calm) {
  std::optional<double> lowest;
  stats::Histogram gathered;
  for (const HealthSecond* second : calm) {
    gathered.merge(service_times(result, arm, {second}));
    if (gathered.count() < kFewestRequests) continue;
    const auto median = static_cast<double>(gathered.quantile(0.5));
    lowest = std::min(lowest.value_or(median), median);
    gathered = {};
  }
  if (!lowest && gathered.count() >= kFewestRequests / 3) return static_cast<double>(gathered.quantile(0.5));
  return lowest;
}

// What service times did, in the arm where they rose most.
struct ServiceTime {
  Arm arm = Arm::candidate;
  std::optional<double> before;  // absent: there was no calm second to compare with
  double held = 0;

  double rise() const { return before && *before > 0 ? held / *before : 1; }
};

ServiceTime service_time(const RunResult& result, const Seconds& held, const Seconds& calm) {
  ServiceTime most;
  for (const TargetFacts& target : result.targets) {
    const auto times = service_times(result, target.arm, held);
    if (times.empty()) continue;
    const ServiceTime one{target.arm, calm_median(result, target.arm, calm),
                          static_cast<double>(times.quantile(0.5))};
    if (most.held <= 0 || one.rise() > most.rise()) most = one;
  }
  return most;
}

std::string waited_text(const Seconds& held, std::string_view whom) {
  std::uint64_t waited = 0, intended = 0;
  for (const HealthSecond* second : held) {
    waited += second->waited;
    intended += second->intended;
  }
  if (waited == 0) return "";
  const double share = static_cast<double>(waited) / static_cast<double>(std::max(intended, waited));
  return fmt::format(" and {} of the arrivals waited for {}", percent(share), whom);
}

// An iteration may be several requests.
double iterations_of(const RunResult& result, double requests) {
  double completed = 0;
  for (const HealthSecond& second : result.health.seconds) completed += static_cast<double>(second.completed);
  return completed > 0 ? requests * static_cast<double>(result.health.started) / completed : 0;
}

HeldLimit saturated_target(const RunResult& result, const Seconds& held, const ServiceTime& service) {
  const double answered = sustained(held, answered_of);
  const auto evidence = fmt::format(
      "the median service time of the {} rose from {} to {}{} {}; at most {} requests/s were answered{}",
      name(service.arm), nanoseconds_text(*service.before), nanoseconds_text(service.held),
      waited_text(held, "a virtual user"), when(held), format_number(answered),
      result.targets.size() > 1 ? " by both arms together" : "");
  const double rate = iterations_of(result, answered);
  const auto advice =
      rate > 0 ? fmt::format(
                     "offer at most {}, or give the target more capacity; a larger max_in_flight would "
                     "only lengthen its queue",
                     shortened_rate(rate))
               : std::string("find out what stopped the target");
  return limit_in(held, Resource::target, evidence, advice);
}

// Two significant digits.
std::uint64_t rounded_up(double count) {
  const double unit = std::max(1.0, std::pow(10, std::floor(std::log10(count)) - 1));
  return static_cast<std::uint64_t>(std::ceil(count / unit) * unit);
}

// Little's law: as many users as arrive in the time that an iteration takes, and some more, because arrivals
// and times vary.
HeldLimit too_few_users(const Seconds& held, const ServiceTime& service, std::uint64_t users) {
  const Seconds offered = offering(held);
  const double started = mean_of(offered, started_of), asked = sustained(offered, intended_of);
  const double iteration_s = static_cast<double>(users) / started;
  const double needed = asked * iteration_s;
  const std::uint64_t enough = std::max(rounded_up(needed + kSpread * std::sqrt(needed)),
                                        rounded_up(static_cast<double>(users) * 1.25));
  const auto times = service.before ? fmt::format("the {}'s service times did not rise ({})",
                                                  name(service.arm), nanoseconds_text(service.held))
                                    : std::string("no calm second shows whether service times rose");
  const auto evidence = fmt::format("all {} virtual users were busy{} {}; {}", format_count(users),
                                    waited_text(held, "one"), when(held), times);
  const auto advice =
      fmt::format("set `max_in_flight: {}` in the gate file: {} at {} an iteration keep {} users busy{}",
                  enough, format_rate(asked), format_duration(Nanos{std::llround(iteration_s * 1e9)}),
                  format_count(static_cast<std::uint64_t>(std::ceil(needed))),
                  service.before ? "" : "; if its times rise then, the target is the limit");
  return limit_in(held, Resource::max_in_flight, evidence, advice);
}

Seconds of_phase(const RunResult& result, const Seconds& seconds, std::size_t phase) {
  Seconds found;
  std::ranges::copy_if(seconds, std::back_inserter(found),
                       [&](const HealthSecond* second) { return phase_of(result, *second) == phase; });
  return found;
}

Seconds without(const Seconds& seconds, std::initializer_list<const Seconds*> others) {
  Seconds left;
  for (const HealthSecond* second : seconds)
    if (std::ranges::none_of(others, [&](const Seconds* other) { return contains(*other, second); }))
      left.push_back(second);
  return left;
}

bool anyone_started(const Seconds& held) { return mean_of(offering(held), started_of) > 0; }

}  // namespace

void find_slow_target(const RunResult& result, const Overload& overload, std::vector<HeldLimit>& limits) {
  if (result.slot_length <= Nanos{0} || result.slot_length > std::chrono::seconds{1}) return;
  const Seconds open = seconds_of(result, true);
  const Seconds calm = without(open, {&overload.exhausted, &overload.own_cpu, &overload.crowded});
  for (std::size_t phase = 0; phase < result.load.size(); ++phase) {
    const Seconds exhausted = of_phase(result, overload.exhausted, phase);
    Seconds held = of_phase(result, growing(calm), phase);
    held.insert(held.end(), exhausted.begin(), exhausted.end());
    std::ranges::sort(held, {}, &HealthSecond::second);
    if (held.empty()) continue;
    const ServiceTime service = service_time(result, held, calm);
    if (service.rise() >= kRose) {
      limits.push_back(saturated_target(result, held, service));
    } else if (anyone_started(exhausted) && result.load[phase].max_in_flight > 0) {
      limits.push_back(too_few_users(exhausted, service, result.load[phase].max_in_flight));
    }
  }
}

}  // namespace assay::verdict
