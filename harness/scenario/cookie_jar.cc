#include "scenario/cookie_jar.h"

#include <algorithm>
#include <optional>

#include "scenario/set_cookie.h"

namespace assay::scenario {
namespace {

// A name made of digits and dots, or one with a colon: domain matching is for names only.
bool is_address(std::string_view host) {
  return host.find(':') != std::string_view::npos ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool domain_matches(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  if (is_address(host) || !host.ends_with(domain)) return false;
  return host[host.size() - domain.size() - 1] == '.';
}

// RFC 6265, section 5.1.4.
bool path_matches(std::string_view request_path, std::string_view cookie_path) {
  if (!request_path.starts_with(cookie_path)) return false;
  return request_path.size() == cookie_path.size() || cookie_path.ends_with('/') ||
         request_path[cookie_path.size()] == '/';
}

std::string_view default_path(std::string_view request_path) {
  const std::size_t last = request_path.rfind('/');
  if (!request_path.starts_with('/') || last == 0) return "/";
  return request_path.substr(0, last);
}

WallTime expiry(const SetCookie& cookie, WallTime now) {
  if (cookie.max_age) return cookie.max_age->count() <= 0 ? WallTime::min() : now + *cookie.max_age;
  return cookie.expires.value_or(WallTime::max());
}

// A Secure cookie that came over an insecure connection could never be sent back on this origin.
bool acceptable(const SetCookie& cookie, const Origin& origin) {
  if (cookie.name.size() + cookie.value.size() > CookieJar::kMaxCookieBytes) return false;
  if (cookie.secure && !origin.secure) return false;
  return cookie.domain.empty() || domain_matches(origin.host, cookie.domain);
}

}  // namespace

void CookieJar::store(std::string_view set_cookie, const Origin& origin, std::string_view request_path,
                      WallTime now) {
  const std::optional<SetCookie> parsed = parse_set_cookie(set_cookie);
  if (!parsed || !acceptable(*parsed, origin)) return;
  const std::string_view path = parsed->path.empty() ? default_path(request_path) : parsed->path;
  Cookie cookie{std::string(parsed->name), std::string(parsed->value), parsed->domain,
                std::string(path),         expiry(*parsed, now),       next_serial_++};
  const auto same = std::find_if(cookies_.begin(), cookies_.end(), [&](const Cookie& other) {
    return other.name == cookie.name && other.domain == cookie.domain && other.path == cookie.path;
  });
  if (same != cookies_.end()) {
    cookie.serial = same->serial;  // a replaced cookie keeps its age
    cookies_.erase(same);
  }
  if (cookie.expires > now) insert(std::move(cookie));
}

void CookieJar::insert(Cookie cookie) {
  if (cookies_.size() >= kMaxCookies) {
    cookies_.erase(std::min_element(cookies_.begin(), cookies_.end(),
                                    [](const Cookie& a, const Cookie& b) { return a.serial < b.serial; }));
  }
  const auto before = [](const Cookie& a, const Cookie& b) {
    return a.path.size() != b.path.size() ? a.path.size() > b.path.size() : a.serial < b.serial;
  };
  cookies_.insert(std::upper_bound(cookies_.begin(), cookies_.end(), cookie, before), std::move(cookie));
}

void CookieJar::forget_expired(WallTime now) {
  std::erase_if(cookies_, [&](const Cookie& cookie) { return cookie.expires <= now; });
}

void CookieJar::append_cookies(std::string_view request_path, WallTime now, std::string& out) {
  forget_expired(now);
  bool first = true;
  for (const Cookie& cookie : cookies_) {
    if (!path_matches(request_path, cookie.path)) continue;
    if (!first) out += "; ";
    first = false;
    out.append(cookie.name).append("=").append(cookie.value);
  }
}

}  // namespace assay::scenario
