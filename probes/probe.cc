#include "probes/probe.h"

#include <fmt/format.h>

namespace assay::probes {
namespace {

// Of "https://shop.example/v2/": the load puts "/v2" before every path, and so do probes.
std::string_view path_of_target(std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return {};
  const std::size_t begin = url.find('/', url.find("://") + 3);
  if (begin == std::string_view::npos) return {};
  std::string_view path = url.substr(begin);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

std::string Probe::origin() const {
  const bool bracketed = spec.host.find(':') != std::string::npos;
  const bool usual = spec.port == (spec.secure ? 443 : 80);
  return fmt::format("{}://{}{}", spec.secure ? "https" : "http",
                     bracketed ? "[" + spec.host + "]" : spec.host,
                     usual ? std::string() : ":" + std::to_string(spec.port));
}

std::string Probe::url(std::string_view path) const {
  return fmt::format("{}{}{}", origin(), path_of_target(spec.url), path);
}

client::Ask Probe::http(std::string_view path, std::string_view method) const {
  client::HttpAsk ask;
  ask.method = method;
  ask.url = url(path);
  for (const auto& [name, value] : spec.headers) ask.headers.push_back({name, value});
  return {fmt::format("{} {}", method, path), std::move(ask)};
}

client::HttpAsk& http(client::Ask& ask) { return std::get<client::HttpAsk>(ask.what); }

}  // namespace assay::probes
