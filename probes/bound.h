// Bound: what a gate file demands of a duration, such as ">= 365d". Read in one place, so that every kind
// takes the same comparisons.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "config/document.h"
#include "config/read_context.h"

namespace assay::probes {

struct Bound {
  enum class Sense : std::uint8_t { equal, below, at_most, above, at_least };

  Sense sense = Sense::equal;
  Nanos value{0};

  bool holds(Nanos measured) const;
  std::string shown() const;  // ">= 365d"; "1h" where it must be equal
};

// A duration with "<", "<=", ">" or ">=" before it, or alone.
std::optional<Bound> read_bound(config::ReadContext& context, const config::Node& node,
                                std::string_view label);

}  // namespace assay::probes
