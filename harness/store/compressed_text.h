// Texts as zlib streams behind their length. Pure functions.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace assay::store {

std::string compressed(std::string_view text);
// Nothing where the bytes are damaged.
std::optional<std::string> decompressed(std::string_view bytes);

}  // namespace assay::store
