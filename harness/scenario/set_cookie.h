// Reads the value of a Set-Cookie header (RFC 6265, section 5.2) and its dates (section 5.1.1). Pure
// functions. Servers write these headers in many ways, so nothing but a missing name is an error; unknown
// attributes are skipped.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace assay::scenario {

struct SetCookie {
  std::string_view name, value;
  std::string domain;     // lower case, without its leading dot; empty: host-only
  std::string_view path;  // empty: the default path
  bool secure = false;
  std::optional<std::chrono::seconds> max_age;  // wins over `expires`
  std::optional<std::chrono::system_clock::time_point> expires;
};

// Nothing where there is no name, or where control characters would reach a request.
std::optional<SetCookie> parse_set_cookie(std::string_view header);

std::optional<std::chrono::system_clock::time_point> parse_cookie_date(std::string_view text);

}  // namespace assay::scenario
