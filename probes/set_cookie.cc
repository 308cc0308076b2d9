#include "probes/set_cookie.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/url.h"
#include "match/answer.h"
#include "probes/expectation.h"
#include "probes/http_date.h"
#include "probes/http_fields.h"

namespace assay::probes {
namespace {

using SameSite = SetCookie::SameSite;

constexpr std::size_t kLargest = 4096;           // bytes of name and value
constexpr std::size_t kLargestAttribute = 1024;  // longer ones are ignored
constexpr std::array<std::string_view, 5> kSameSites{"strict", "lax", "none", "absent", "unknown"};

SameSite parse_same_site(std::string_view value) {
  for (const SameSite known : {SameSite::strict, SameSite::lax, SameSite::none})
    if (match::same_name(value, name(known))) return known;
  return SameSite::unknown;
}

// A negative age deletes, as 0 does; what is no number is ignored.
std::optional<Nanos> parse_max_age(std::string_view value) {
  if (value.starts_with('-')) return parse_seconds(value.substr(1)) ? std::optional(Nanos(0)) : std::nullopt;
  return parse_seconds(value);
}

// Of an attribute that came twice the last one counts.
void set_attribute(std::string_view key, std::string_view value, SetCookie& cookie) {
  const auto is = [&](std::string_view known) { return match::same_name(key, known); };
  if (value.size() > kLargestAttribute) return;
  if (is("secure")) cookie.secure = true;
  if (is("httponly")) cookie.http_only = true;
  if (is("partitioned")) cookie.partitioned = true;
  if (is("samesite")) cookie.same_site = parse_same_site(value);
  if (is("path")) cookie.path = value.starts_with('/') ? std::string(value) : std::string();
  if (is("domain")) cookie.domain = match::lower_case(value.substr(value.starts_with('.') ? 1 : 0));
  if (is("max-age")) cookie.max_age = parse_max_age(value);
  if (is("expires")) cookie.expires = parse_http_date(value);
}

std::string problem_of(std::string_view text, std::string_view name, std::string_view value) {
  const bool control = std::any_of(text.begin(), text.end(),
                                   [](unsigned char c) { return (c < ' ' && c != '\t') || c == 127; });
  if (control) return "it holds a control character";
  if (name.empty()) return value.empty() ? "it has neither name nor value" : "it has no name";
  if (name.size() + value.size() > kLargest)
    return fmt::format("name and value have {} bytes, browsers take {}", name.size() + value.size(),
                       kLargest);
  return {};
}

bool belongs_to(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  const bool below = host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.';
  return below && !config::is_ip_address(std::string(host));
}

bool has_prefix(std::string_view name, std::string_view prefix) {
  return match::same_name(name.substr(0, prefix.size()), prefix);
}

// What its name promises to everybody who reads it.
std::string broken_promise(const SetCookie& cookie) {
  const bool host = has_prefix(cookie.name, "__Host-");
  if (!host && !has_prefix(cookie.name, "__Secure-")) return {};
  if (!cookie.secure) return fmt::format("its prefix {} demands Secure", host ? "__Host-" : "__Secure-");
  if (host && !cookie.domain.empty()) return "its prefix __Host- allows no Domain";
  if (host && cookie.path != "/") return "its prefix __Host- demands Path=/";
  return {};
}

}  // namespace

std::string_view name(SameSite same_site) { return kSameSites[static_cast<std::size_t>(same_site)]; }

std::optional<Nanos> SetCookie::lifetime(std::chrono::sys_seconds now) const {
  if (max_age) return max_age;
  if (expires) return between(now, *expires);
  return std::nullopt;
}

bool SetCookie::deletes(std::chrono::sys_seconds now) const {
  return lifetime(now).value_or(Nanos(1)) <= Nanos(0);
}

// A Secure cookie over http is refused as well. That is not said here: who asks an origin behind the server
// that ends TLS sees just this.
std::string SetCookie::refusal(std::string_view host) const {
  if (!problem.empty()) return problem;
  if (!domain.empty() && !belongs_to(match::lower_case(host), domain))
    return fmt::format("Domain={} does not cover {}", domain, host);
  if (same_site == SameSite::none && !secure) return "SameSite=None demands Secure";
  if (partitioned && !secure) return "Partitioned demands Secure";
  return broken_promise(*this);
}

SetCookie parse_set_cookie(std::string_view text) {
  SetCookie cookie;
  const std::size_t end = std::min(text.find(';'), text.size());
  const std::string_view pair = text.substr(0, end);
  const std::size_t sign = pair.find('=');
  const bool named = sign != std::string_view::npos;
  cookie.name = trimmed(named ? pair.substr(0, sign) : "");
  cookie.problem = problem_of(text, cookie.name, trimmed(named ? pair.substr(sign + 1) : pair));
  for (std::size_t begin = end + 1; begin < text.size();) {
    const std::size_t stop = std::min(text.find(';', begin), text.size());
    const std::string_view attribute = text.substr(begin, stop - begin);
    const std::size_t equals = std::min(attribute.find('='), attribute.size());
    set_attribute(trimmed(attribute.substr(0, equals)),
                  trimmed(attribute.substr(std::min(equals + 1, attribute.size()))), cookie);
    begin = stop + 1;
  }
  return cookie;
}

std::vector<SetCookie> set_cookies(const client::HttpAnswer& answer) {
  std::vector<SetCookie> cookies;
  for (const std::string& value : header_values(answer, "set-cookie"))
    cookies.push_back(parse_set_cookie(value));
  return cookies;
}

std::string default_cookie_path(std::string_view path) {
  path = path.substr(0, path.find('?'));
  const std::size_t last = path.rfind('/');
  return last == 0 || last == std::string_view::npos ? "/" : std::string(path.substr(0, last));
}

}  // namespace assay::probes
