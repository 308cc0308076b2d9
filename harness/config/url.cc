#include "config/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

namespace assay::config {
namespace {

Unexpected<std::string> because(std::string reason) { return Unexpected<std::string>(std::move(reason)); }

std::optional<std::uint16_t> port_number(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (status != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

struct HostPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

// "host", "host:port", "[v6]" or "[v6]:port".
std::optional<HostPort> split_host(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || !is_ip_address(std::string(text.substr(1, close - 1))))
      return std::nullopt;
    const std::string_view rest = text.substr(close + 1);
    if (rest.empty()) return HostPort{text.substr(1, close - 1), std::nullopt};
    if (rest[0] != ':') return std::nullopt;
    return HostPort{text.substr(1, close - 1), rest.substr(1)};
  }
  const std::size_t colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  const bool named = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_';
  });
  if (!named) return std::nullopt;
  if (colon == std::string_view::npos) return HostPort{host, std::nullopt};
  return HostPort{host, text.substr(colon + 1)};
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned value = 0;
    const bool coded =
        text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3;
    result += coded ? static_cast<char>(value) : text[i];
    if (coded) i += 2;
  }
  return result;
}

Expected<Url, std::string> unix_url(std::string_view host) {
  Url url{Url::Scheme::http_unix, percent_decoded(host), 0};
  if (url.host.starts_with('/') && url.host.size() > 1) return url;
  return because("a unix socket is written like http+unix://%2Frun%2Fapp.sock");
}

}  // namespace

Expected<Url, std::string> parse_url(std::string_view text) {
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) return because("write it like https://shop.example.com:8443");
  const std::string_view scheme = text.substr(0, separator);
  const std::string_view rest = text.substr(separator + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (scheme != "http" && scheme != "https" && scheme != "http+unix") {
    return because("the scheme \"" + std::string(scheme) +
                   "\" is not supported: use http, https or http+unix");
  }
  if (rest.find_first_of("?#") != std::string_view::npos) {
    return because("a target has no query or fragment: write them in the steps");
  }
  if (authority.find('@') != std::string_view::npos) {
    return because("a target holds no user or password: send them in a header, from a secret");
  }
  if (scheme == "http+unix") return unix_url(authority);
  const std::optional<HostPort> parts = split_host(authority);
  if (!parts) return because("the host is missing or malformed: write it like https://shop.example.com:8443");
  Url url{scheme == "https" ? Url::Scheme::https : Url::Scheme::http, std::string(parts->host), 80};
  if (url.scheme == Url::Scheme::https) url.port = 443;
  if (!parts->port) return url;
  const std::optional<std::uint16_t> port = port_number(*parts->port);
  if (!port) return because("the port must be a number from 1 to 65535");
  url.port = *port;
  return url;
}

std::string check_connect_to(std::string_view text) {
  if (text.starts_with("unix:"))
    return text.starts_with("unix:/") && text.size() > 6 ? "" : "write it like unix:/run/app.sock";
  const std::optional<HostPort> parts = split_host(text);
  if (!parts || !parts->port) return "write it like 127.0.0.1:8443, [::1]:8443 or unix:/run/app.sock";
  return port_number(*parts->port) ? "" : "the port must be a number from 1 to 65535";
}

bool is_ip_address(const std::string& text) {
  in6_addr buffer{};
  return inet_pton(AF_INET, text.c_str(), &buffer) == 1 || inet_pton(AF_INET6, text.c_str(), &buffer) == 1;
}

}  // namespace assay::config
