// Set-Cookie as browsers read it (RFC 6265 and its draft successor): tolerant in form, exact in what comes
// out. The value of a cookie is a secret, so it is not kept.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "client/ask.h"

namespace assay::probes {

struct SetCookie {
  enum class SameSite : std::uint8_t { strict, lax, none, absent, unknown };

  std::string name;
  bool secure = false, http_only = false, partitioned = false;
  SameSite same_site = SameSite::absent;
  std::string path;    // empty: that of the request
  std::string domain;  // lower case, without a dot before it; empty: this host alone
  std::optional<Nanos> max_age;
  std::optional<std::chrono::sys_seconds> expires;
  std::string problem;  // of its form, for which browsers drop it; empty: none

  // How long it lives from `now` on; nothing: until the browser is closed.
  std::optional<Nanos> lifetime(std::chrono::sys_seconds now) const;
  bool deletes(std::chrono::sys_seconds now) const;  // the cookie of that name
  // Why a browser that asked `host` refuses it; empty: it does not.
  std::string refusal(std::string_view host) const;
};
std::string_view name(SetCookie::SameSite same_site);  // "lax"

SetCookie parse_set_cookie(std::string_view value);
std::vector<SetCookie> set_cookies(const client::HttpAnswer& answer);

// Where a cookie without a Path goes: "/a/b?c" -> "/a".
std::string default_cookie_path(std::string_view path);

}  // namespace assay::probes
