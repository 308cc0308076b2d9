// Base64 as of RFC 4648, section 4, with padding. Pure functions.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace assay {

std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);  // nothing where `text` is not base64

}  // namespace assay
