// WebUrl: an http or https URL in its parts, and where a reference leads from it, as browsers and RFC 3986
// see it. Used for Location headers, so everything doubtful is refused with its reason.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace assay::probes {

struct WebUrl {
  bool secure = false;
  std::string host;  // lower case, without brackets
  std::uint16_t port = 0;
  std::string path = "/";
  std::optional<std::string> query;  // without "?"

  std::string origin() const;  // "https://[::1]:8443"
  std::string text() const;    // the whole
  bool same_origin(const WebUrl& other) const {
    return secure == other.secure && host == other.host && port == other.port;
  }
  bool operator==(const WebUrl&) const = default;
};

// Both return a reason without a final stop where it is none. A fragment is dropped, as it is never sent.
Expected<WebUrl, std::string> parse_web_url(std::string_view text);
Expected<WebUrl, std::string> resolve(const WebUrl& base, std::string_view reference);

}  // namespace assay::probes
