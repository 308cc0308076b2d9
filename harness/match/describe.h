// Values as failure sentences show them: secrets replaced, long text clipped, control characters and broken
// UTF-8 escaped, so that a server cannot write on the reader's terminal or break a report. Pure functions.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace assay::match {

inline constexpr std::size_t kShownBytes = 120;

// Every occurrence of a secret becomes "***", before the text is clipped, so that no part of a secret
// survives the cut; "…" marks a cut. `secrets` are values, longest first.
std::string shown(std::string_view text, std::span<const std::string> secrets,
                  std::size_t most = kShownBytes);
std::string quoted(std::string_view text, std::span<const std::string> secrets);  // "text"
std::string typed(std::string_view json_value,
                  std::span<const std::string> secrets);  // string "1", integer 1, null

}  // namespace assay::match
