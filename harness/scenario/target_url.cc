#include "scenario/target_url.h"

#include <algorithm>

namespace assay::scenario {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Where ":port" begins; an IPv6 literal has colons of its own, inside brackets.
std::size_t port_begin(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  const std::size_t bracket = authority.rfind(']');
  const bool inside = bracket != std::string_view::npos && colon != std::string_view::npos && colon < bracket;
  return colon == std::string_view::npos || inside ? authority.size() : colon;
}

std::string_view without_brackets(std::string_view host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

TargetUrl parse_target_url(std::string_view url) {
  TargetUrl out;
  const std::size_t scheme_end = std::min(url.find("://"), url.size());
  const std::string_view scheme = url.substr(0, scheme_end);
  out.secure = scheme == "https";
  url.remove_prefix(std::min(scheme_end + 3, url.size()));
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t slash = std::min(url.find('/'), url.size());
  std::string_view authority = url.substr(0, slash);
  std::string_view path = url.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  out.base_path = path;
  if (scheme == "http+unix") authority = "localhost";
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);
  const std::size_t port = port_begin(authority);
  if (authority.substr(port) == (out.secure ? ":443" : ":80")) authority = authority.substr(0, port);
  out.authority = authority;
  out.host = without_brackets(authority.substr(0, port));
  std::transform(out.host.begin(), out.host.end(), out.host.begin(), lower);
  return out;
}

}  // namespace assay::scenario
