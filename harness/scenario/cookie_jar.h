// The cookies of one virtual user at one origin (RFC 6265). One jar an arm: the arms are different hosts, and
// each jar talks to that one host only, so a cookie that the host may not set is refused at once and
// host-only needs no memory. One thread at a time. Wall-clock time is a parameter. An empty jar owns no
// memory and answers in a few instructions.
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::scenario {

using WallTime = std::chrono::system_clock::time_point;

struct Origin {
  std::string host;     // lower case, without port
  bool secure = false;  // https
};

class CookieJar {
 public:
  static constexpr std::size_t kMaxCookies = 180;       // as browsers; the oldest goes first
  static constexpr std::size_t kMaxCookieBytes = 4096;  // name and value; larger cookies are ignored

  bool empty() const { return cookies_.empty(); }
  void clear() { cookies_.clear(); }

  // Takes the value of a Set-Cookie header that came with the answer to `request_path`; a cookie that is
  // malformed, for another host or insecurely sent with Secure is ignored, an expired one removes its
  // namesake.
  void store(std::string_view set_cookie, const Origin& origin, std::string_view request_path, WallTime now);

  // Appends "a=1; b=2" for the path: longer cookie paths first, then older cookies. Forgets what has expired.
  void append_cookies(std::string_view request_path, WallTime now, std::string& out);

 private:
  struct Cookie {
    std::string name, value, domain, path;
    WallTime expires;  // max(): at the end of the session
    std::uint64_t serial;
  };
  void forget_expired(WallTime now);
  void insert(Cookie cookie);

  std::vector<Cookie> cookies_;  // in the order in which they are sent
  std::uint64_t next_serial_ = 0;
};

}  // namespace assay::scenario
