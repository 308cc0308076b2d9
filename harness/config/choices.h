// The words of every choice in a gate file, each in one table, so that reading, naming and suggesting cannot
// differ.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "config/gate_spec.h"

namespace assay::config {

// Words by enumerator: words[i] names the enumerator with value i.
template <class Enum, std::size_t N>
struct Choices {
  std::array<std::string_view, N> words;

  constexpr std::string_view word(Enum value) const { return words[static_cast<std::size_t>(value)]; }
  constexpr std::optional<Enum> find(std::string_view text) const {
    for (std::size_t i = 0; i < N; ++i) {
      if (words[i] == text) return static_cast<Enum>(i);
    }
    return std::nullopt;
  }
};

inline constexpr Choices<MatcherKind, 18> kMatcherKinds{
    {"equals", "not_equals", "one_of", "matches", "starts_with", "ends_with", "contains", "present", "absent",
     "min", "max", "less_than", "more_than", "min_items", "max_items", "min_size", "max_size", "type"}};
inline constexpr Choices<Shape, 7> kShapes{{"constant-arrival-rate", "ramping-arrival-rate", "constant-vus",
                                            "ramping-vus", "per-vu-iterations", "shared-iterations", "none"}};
inline constexpr Choices<Arrivals, 2> kArrivals{{"uniform", "poisson"}};
inline constexpr Choices<Connections, 3> kConnections{{"pooled", "per_user", "fresh"}};
inline constexpr Choices<OnInconclusive, 4> kOnInconclusive{{"hold", "extend", "fail", "pass"}};
inline constexpr Choices<ProbePhase, 4> kProbePhases{{"pre", "during", "post", "continuous"}};
inline constexpr Choices<Severity, 3> kSeverities{{"blocker", "warn", "info"}};

}  // namespace assay::config
