// What a connection attempt says about a port.
#pragma once
#include <cstdint>
#include <string_view>

#include "client/ask.h"
#include "config/choices.h"

namespace assay::probes {

// refused: the machine itself said that nothing listens. filtered: nobody answered, or something on the way
// refused to pass it on; a machine that is down looks the same, so that it needs a port that answers beside.
// unknown: it was not tried, because of this machine or the resolver.
enum class PortState : std::uint8_t { open, refused, filtered, unknown };
PortState port_state(const client::Answer& answer);
std::string_view name(PortState state);

// How a port may be closed.
enum class Closed : std::uint8_t { refused, filtered, either };
inline constexpr config::Choices<Closed, 3> kClosedWords{{"refused", "filtered", "either"}};
bool is_closed(PortState state, Closed how);

}  // namespace assay::probes
