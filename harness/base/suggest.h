// "did you mean ...?": the known word that is nearest to what somebody typed. Pure functions.
// Distance: Damerau-Levenshtein in its optimal-string-alignment form (insert, delete, replace, swap
// neighbours).
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace assay {

std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest candidate within a third of the word's length (at least one edit); empty when none is near
// enough.
std::string_view suggest(std::string_view word, std::span<const std::string_view> candidates);
std::string_view suggest(std::string_view word, std::span<const std::string> candidates);

// 'did you mean "timeout"?', or empty.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace assay
