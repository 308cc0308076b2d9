#include "reports/url_text.h"

#include <fmt/format.h>

#include <cctype>

namespace assay::reports {

std::string url_path(std::string_view path) {
  std::string safe;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 ||
                                       std::string_view("-._~/").find(c) != std::string_view::npos);
    safe += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return safe;
}

}  // namespace assay::reports
