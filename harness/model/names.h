// Names of enumerators, from one table an enumeration, in the order of their values.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace assay {

template <class Enum, std::size_t kCount>
constexpr std::string_view name_in(const std::array<std::string_view, kCount>& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

template <class Enum, std::size_t kCount>
constexpr std::optional<Enum> value_named(const std::array<std::string_view, kCount>& names,
                                          std::string_view text) {
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace assay
