#include "probes/tick_order.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::probes {

std::vector<const Tick*> in_order(std::span<const Tick> ticks, bool reused) {
  std::vector<const Tick*> order;
  for (const Tick& tick : ticks)
    if (tick.reused == reused) order.push_back(&tick);
  std::stable_sort(order.begin(), order.end(), [](const Tick* a, const Tick* b) { return a->due < b->due; });
  return order;
}

const Measure* find_measure(const Tick& tick, std::string_view name) {
  const auto found = std::find_if(tick.measures.begin(), tick.measures.end(),
                                  [&](const Measure& measure) { return measure.name == name; });
  return found == tick.measures.end() ? nullptr : &*found;
}

std::string moment_text(Nanos moment) { return fmt::format("{:.3f} s", seconds(moment)); }

void require_repetition(const config::ProbeReading& reading) {
  const ProbePhase phase = reading.spec.phase;
  if (phase == ProbePhase::during || phase == ProbePhase::continuous) return;
  reading.error(*reading.find("phase"),
                fmt::format("a probe of kind {} looks at what happens over time", reading.spec.kind),
                "use phase: during or continuous");
}

}  // namespace assay::probes
