#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "verdict/bottleneck.h"

namespace assay::verdict {
namespace {

constexpr double kFreeCore = 0.5;  // idle on average: another worker would find room

double machine_of(const HealthSecond& second) { return second.machine.cpu_ratio.value_or(0); }
double workers_of(const HealthSecond& second) { return second.cpu_ratio; }

std::string whole_percent(double ratio) { return fmt::format("{:.0f} %", std::min(ratio, 1.0) * 100); }

// The first second of a run, for one, says nothing about the machine.
Seconds telling(const Seconds& seconds) {
  Seconds found;
  std::ranges::copy_if(seconds, std::back_inserter(found),
                       [](const HealthSecond* second) { return second->machine.cpu_ratio.has_value(); });
  return found;
}

// Everything as one machine has it: the parts of a merged run are taken for equal.
struct Workers {
  std::uint32_t machines, now, cores;
  double free_cores;

  bool room_for_more() const { return now < cores && free_cores >= kFreeCore; }
};

Workers workers_in(const RunResult& result, const Seconds& held) {
  const std::uint32_t machines = std::max(result.health.machines, 1U);
  Workers workers{machines, std::max(result.health.workers / machines, 1U), result.environment.cores, 0};
  const double used = mean_of(telling(held), machine_of) / machines;
  workers.free_cores = used > 0 ? workers.cores - used : workers.cores - static_cast<double>(workers.now);
  return workers;
}

// How many times the workers' present rate was asked for; absent in the closed model, which asks for no rate.
std::optional<double> times_too_much(const RunResult& result, const Seconds& held, double rate) {
  const double asked = mean_offered_rate(result);
  const Seconds open = seconds_of(result, true);
  const bool in_open = std::ranges::any_of(
      held, [&](const HealthSecond* second) { return std::ranges::find(open, second) != open.end(); });
  if (!in_open || asked <= 0 || rate <= 0) return std::nullopt;
  return std::max(asked / rate, 1.0);
}

std::string split_advice(const Workers& workers, double times) {
  const auto machines = static_cast<std::uint64_t>(std::ceil(times * workers.machines));
  return fmt::format("share the load between {} machines (`--segment K/{}`)",
                     std::max<std::uint64_t>(machines, workers.machines + 1),
                     std::max<std::uint64_t>(machines, workers.machines + 1));
}

std::string cpu_advice(const RunResult& result, const Seconds& held) {
  const Workers workers = workers_in(result, held);
  const double rate = sustained(held, started_of) / std::max(std::min(mean_of(held, busy_ratio), 1.0), 0.01);
  const auto times = times_too_much(result, held, rate);
  const std::string less =
      times ? fmt::format("offer at most {}", shortened_rate(rate)) : std::string("use fewer virtual users");
  if (!workers.room_for_more()) {
    const std::string why = workers.now < workers.cores ? "; its other cores are busy too" : "";
    return fmt::format("{}, or {}{}", less, split_advice(workers, times.value_or(2)), why);
  }
  const double wanted = std::ceil(workers.now * times.value_or(workers.cores));
  const auto more = static_cast<std::uint32_t>(std::clamp<double>(wanted, workers.now + 1, workers.cores));
  auto advice = fmt::format("run with `--workers {}`", more);
  if (workers.machines > 1) advice += " on each machine";
  if (!times || wanted <= more) return advice;
  const double still = *times * workers.now / more;
  return advice + fmt::format(", and since that is not enough {}", split_advice(workers, still));
}

// Use and waiting are booked at different moments, and may come to more than there is time.
double waited_ratio(const Seconds& held) {
  return std::min(mean_of(held, delay_ratio), std::max(1 - mean_of(held, busy_ratio), 0.0));
}

// Closed users wait for the worker before they ask again, and nothing else tells of it.
std::string_view queueing_text(const RunResult& result, const Seconds& held) {
  const Seconds closed = seconds_of(result, false);
  const bool in_closed = std::ranges::find(closed, held.front()) != closed.end();
  return in_closed ? "; response times include its own queueing" : "";
}

std::string cpu_evidence(const RunResult& result, const Seconds& held) {
  const double busy = mean_of(held, busy_ratio);
  auto text = fmt::format("one worker used {} of its core {}", whole_percent(busy), when(held));
  if (busy < kWholeCore) {
    text = fmt::format(
        "one worker used {} of a core and waited for it {} of the time {}; a whole core would not do",
        whole_percent(busy), whole_percent(waited_ratio(held)), when(held));
  }
  return text.append(queueing_text(result, held));
}

std::string crowded_evidence(const RunResult& result, const Seconds& held) {
  auto text = fmt::format("a worker waited for a core {} of the time", whole_percent(waited_ratio(held)));
  const double steal = mean_of(held, steal_of);
  if (steal >= kStolen)
    text += fmt::format(", the hypervisor gave {} of the cores to others", whole_percent(steal));
  const Seconds told = telling(held);
  const double all = mean_of(told, machine_of), own = mean_of(told, workers_of);
  if (all > own) {
    text += fmt::format(", everything but the workers used {:.1f} of {} cores", all - own,
                        result.environment.cores * std::max(result.health.machines, 1U));
  }
  return fmt::format("{} {}{}", text, when(held), queueing_text(result, held));
}

std::string crowded_advice(const RunResult& result, const Seconds& held) {
  if (mean_of(held, steal_of) >= kStolen) return "run on a machine whose cores are not shared with others";
  const Workers workers = workers_in(result, held);
  if (workers.cores > 1 && workers.now >= workers.cores)
    return fmt::format("leave a core free with `--workers {}`, or run assay on a machine of its own",
                       workers.cores - 1);
  return "stop what else runs there, lift a CPU limit of the container, or run assay on a machine of its own";
}

}  // namespace

void find_busy_cores(const RunResult& result, const Overload& overload, std::vector<HeldLimit>& limits) {
  if (const Seconds& held = overload.own_cpu; !held.empty())
    limits.push_back(limit_in(held, Resource::own_cpu, cpu_evidence(result, held), cpu_advice(result, held)));
  if (const Seconds& held = overload.crowded; !held.empty())
    limits.push_back(
        limit_in(held, Resource::machine, crowded_evidence(result, held), crowded_advice(result, held)));
}

}  // namespace assay::verdict
