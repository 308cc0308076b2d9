#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/units.h"
#include "probes/health_settings.h"
#include "probes/tick_order.h"

namespace assay::probes {
namespace {

struct Uptime {
  double value = 0;
  std::string text;
  Nanos started{0}, ended{0};
};

// Servers count in steps and round: as much less is not a drop.
constexpr double kJitter = 1e-6;

// Whether the instance behind `now` was started after the first tick. Without a unit nobody can tell.
bool started_since(const HealthSettings& settings, const Uptime& now, Nanos first) {
  if (!settings.uptime_unit_s) return true;
  return now.value * *settings.uptime_unit_s <= seconds(now.ended - first);
}

std::optional<Uptime> uptime_of(const Tick& tick) {
  const Measure* measure = find_measure(tick, "uptime");
  if (measure == nullptr) return std::nullopt;
  return Uptime{measure->number, measure->text, tick.started, tick.ended};
}

}  // namespace

// Ticks may overlap: two of them are compared only where the first had ended before the other began.
void judge_uptimes(const HealthSettings& settings, std::span<const Tick> ticks, Judgement& judgement) {
  std::optional<Uptime> first, last;
  std::size_t drops = 0, others = 0;
  std::string told;
  for (const Tick& tick : ticks) {
    const std::optional<Uptime> now = uptime_of(tick);
    if (!now || (last && now->started < last->ended)) continue;
    if (!first) first = now;
    if (last && now->value < last->value * (1 - kJitter)) {
      const bool restart = started_since(settings, *now, first->started);
      ++(restart ? drops : others);
      if (restart && drops == 1)
        told = fmt::format("from {} to {} at {}", last->text, now->text, format_duration(now->started));
    }
    last = now;
  }
  if (!last) return;
  if (drops > 0) {
    std::string cause = settings.uptime_unit_s ? "a restart" : "a restart, or several instances answer";
    judgement.require(false, "uptime", "that it never drops",
                      fmt::format("it dropped {}{}: {}", told,
                                  drops == 1 ? "" : fmt::format(" and {} more times", drops - 1), cause));
    return;
  }
  judgement.require(
      true, "uptime", "that it never drops",
      fmt::format("from {} to {}{}", first->text, last->text, others == 0 ? "" : ", of several instances"));
}

void judge_readiness_over_time(std::span<const Tick> ticks, Judgement& judgement) {
  std::size_t both = 0, lying = 0, timid = 0;
  std::optional<Nanos> first_lie;
  for (const Tick& tick : ticks) {
    const Measure* ready = find_measure(tick, "ready");
    const Measure* user = find_measure(tick, "user path");
    if (ready == nullptr || user == nullptr) continue;
    ++both;
    if (ready->number > 0 && user->number <= 0) {
      ++lying;
      if (!first_lie) first_lie = tick.started;
    }
    timid += ready->number <= 0 && user->number > 0 ? 1 : 0;
  }
  if (both == 0) return;
  judgement.require(
      lying == 0, "lying readiness", "no tick that is ready while the user path fails",
      lying == 0 ? fmt::format("none of {} ticks", both)
                 : fmt::format("{} of {} ticks, first at {}", lying, both, format_duration(*first_lie)));
  if (timid > 0)
    judgement.advise(false, "flapping readiness", "ready whenever the user path answers",
                     fmt::format("not ready in {} of {} ticks although it answered", timid, both));
}

}  // namespace assay::probes
