#include "reports/target_text.h"

#include <fmt/format.h>

#include "base/units.h"
#include "reports/number_text.h"
#include "reports/shapes.h"

namespace assay::reports {

std::string target_text(const TargetFacts& target) {
  std::string text = target.url;
  if (target.tls) text += fmt::format(", {} {}", target.tls->version, target.tls->cipher);
  if (!target.verify) text += ", CERTIFICATE NOT VERIFIED";
  return text + fmt::format(", connections opened: {}", format_count(target.connections_opened));
}

std::string short_target_text(const TargetFacts& target) {
  std::string text = target.url;
  if (target.tls) text += ", " + target.tls->version;
  return text + (target.verify ? "" : ", CERTIFICATE NOT VERIFIED");
}

std::string load_text(const LoadPhaseFacts& phase) {
  if (phase.description.empty()) return phase.shape;
  return fmt::format("{}: {}", phase.shape, phase.description);
}

// Only open shapes have arrivals that were due.
std::string sound_text(const HealthSummary& health) {
  const std::string due =
      health.intended == 0 ? "" : fmt::format(" of {} due", format_count(health.intended));
  return fmt::format("{} {} iterations{} started, own lateness p99 {}", shape_of(FindingState::pass),
                     format_count(health.started), due, duration_text(health.lag_p99));
}

}  // namespace assay::reports
