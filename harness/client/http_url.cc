#include "client/http_url.h"

#include <fmt/format.h>

namespace assay::client {
namespace {

struct Parts {
  std::string scheme, host, port, rest;  // host without brackets; rest: path and query
};

Parts split(std::string_view url) {
  Parts parts;
  const std::size_t separator = url.find("://");
  parts.scheme = url.substr(0, separator);
  std::string_view after = separator == std::string_view::npos ? url : url.substr(separator + 3);
  const std::size_t path = std::min(after.find_first_of("/?"), after.size());
  std::string_view authority = after.substr(0, path);
  parts.rest = after.substr(path);
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  parts.port = has_port ? std::string(authority.substr(colon + 1)) : parts.scheme == "https" ? "443" : "80";
  std::string_view host = authority.substr(0, has_port ? colon : authority.size());
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  parts.host = host;
  return parts;
}

std::string bracketed(const std::string& host) {
  return host.find(':') != std::string::npos ? "[" + host + "]" : host;
}

std::string authority_of(const Parts& parts) {
  const bool usual = parts.port == (parts.scheme == "https" ? "443" : "80");
  return bracketed(parts.host) + (usual ? "" : ":" + parts.port);
}

}  // namespace

HttpRoute route_of(std::string_view url, const Access& access) {
  const Parts parts = split(url);
  HttpRoute route;
  route.url = url;
  const std::string& name = access.server_name;
  if (!name.empty() && name != parts.host) {
    route.url = fmt::format("{}://{}:{}{}", parts.scheme, bracketed(name), parts.port, parts.rest);
    route.host_header = authority_of(parts);
    route.connect_to = fmt::format("::{}:{}", bracketed(parts.host), parts.port);
  }
  const auto address = access.resolve.find(parts.host);
  if (access.connect_to.starts_with("unix:")) {
    route.unix_socket = access.connect_to.substr(5);
  } else if (!access.connect_to.empty()) {
    route.connect_to = "::" + access.connect_to;
  } else if (address != access.resolve.end()) {
    route.connect_to = fmt::format("::{}:{}", bracketed(address->second), parts.port);
  }
  return route;
}

}  // namespace assay::client
