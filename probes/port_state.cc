#include "probes/port_state.h"

namespace assay::probes {

PortState port_state(const client::Answer& answer) {
  const client::DialAnswer* dial = answer.dial();
  const bool moved = dial != nullptr && dial->moves_done > 0;
  if (answer.ok() || moved || answer.phases.connected > Nanos(0)) return PortState::open;
  switch (answer.trouble) {
    case client::Trouble::refused:
    case client::Trouble::reset:
      return PortState::refused;
    case client::Trouble::timeout:
    case client::Trouble::unreachable:
      return PortState::filtered;
    default:
      return PortState::unknown;
  }
}

std::string_view name(PortState state) {
  switch (state) {
    case PortState::open:
      return "open";
    case PortState::refused:
      return "refused";
    case PortState::filtered:
      return "filtered";
    case PortState::unknown:
      break;
  }
  return "unknown";
}

bool is_closed(PortState state, Closed how) {
  if (state == PortState::refused) return how != Closed::filtered;
  return state == PortState::filtered && how != Closed::refused;
}

}  // namespace assay::probes
