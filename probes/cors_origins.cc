#include "probes/cors_origins.h"

#include <algorithm>

#include "config/url.h"
#include "probes/web_url.h"

namespace assay::probes {
namespace {

std::string with_host(const WebUrl& url, const std::string& host) {
  WebUrl other = url;
  other.host = host;
  return other.origin();
}

// What a check by prefix, by suffix or by a pattern with a bare dot lets in.
void add_names(const WebUrl& url, std::vector<std::string>& origins) {
  if (config::is_ip_address(url.host)) return;
  origins.push_back(with_host(url, url.host + ".evil.example"));
  origins.push_back(with_host(url, "evil" + url.host));
  const std::size_t dot = url.host.find('.');
  if (dot == std::string::npos) return;
  std::string name = url.host;
  name[dot] = 'x';
  origins.push_back(with_host(url, name));
}

void add_sisters(const WebUrl& url, std::vector<std::string>& origins) {
  WebUrl other = url;
  if (url.secure) {
    other.secure = false;
    if (other.port == 443) other.port = 80;
    origins.push_back(other.origin());
  }
  other = url;
  other.port = url.port == 8443 ? 9443 : 8443;
  origins.push_back(other.origin());
}

}  // namespace

std::string origin_problem(std::string_view text) {
  const auto url = parse_web_url(text);
  if (!url) return "it is written like https://app.example";
  if (url->origin() == text) return {};
  if (url->path != "/" || url->query || text.ends_with('/')) return "an origin has no path, not even \"/\"";
  return "browsers write it as " + url->origin();
}

std::vector<std::string> origins_to_refuse(const std::vector<std::string>& allowed) {
  std::vector<std::string> origins{"null", std::string(kForeignOrigin)};
  for (const std::string& text : allowed) {
    const auto url = parse_web_url(text);
    if (!url) continue;
    add_names(*url, origins);
    add_sisters(*url, origins);
  }
  std::vector<std::string> distinct;
  for (const std::string& origin : origins) {
    const auto is_it = [&](const std::string& other) { return other == origin; };
    if (std::none_of(allowed.begin(), allowed.end(), is_it) &&
        std::none_of(distinct.begin(), distinct.end(), is_it))
      distinct.push_back(origin);
  }
  return distinct;
}

}  // namespace assay::probes
