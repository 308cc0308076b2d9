// The versions that one run compares. A run without a baseline has the candidate only.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace assay {

enum class Arm : std::uint8_t { candidate, baseline };

inline constexpr std::size_t kArmCount = 2;

constexpr std::string_view name(Arm arm) { return arm == Arm::candidate ? "candidate" : "baseline"; }

constexpr std::optional<Arm> arm_from(std::string_view text) {
  if (text == "candidate") return Arm::candidate;
  if (text == "baseline") return Arm::baseline;
  return std::nullopt;
}

}  // namespace assay
