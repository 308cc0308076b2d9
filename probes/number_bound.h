// NumberBound: what a gate file demands of a number, such as ">= 3" or "< 1%". Beside `bound`, which is for
// durations.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/document.h"
#include "config/probe_form.h"

namespace assay::probes {

struct NumberBound {
  enum class Sense : std::uint8_t { equal, unequal, below, at_most, above, at_least };

  Sense sense = Sense::equal;
  double value = 0;
  std::string shown;  // as it is written

  bool holds(double measured) const;  // NaN holds nothing but "!="
};

// A number, also as a percentage, with "==", "!=", "<", "<=", ">" or ">=" before it, or alone.
std::optional<NumberBound> parse_number_bound(std::string_view text);
std::optional<NumberBound> read_number_bound(const config::ProbeReading& reading, const config::Node& node,
                                             std::string_view label);

}  // namespace assay::probes
