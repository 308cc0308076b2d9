#include "probes/server_key.h"

#include <algorithm>
#include <utility>

#include "config/url.h"
#include "match/text_template.h"

namespace assay::probes {
namespace {

struct ReadUrl {
  Server server;
  config::Url url;
  std::string text;
};

std::optional<ReadUrl> read_url(const config::ProbeReading& reading, const config::Node& node,
                                std::string_view label) {
  std::string text = reading.text(node, label).value_or("");
  const Expected<config::Url, std::string> url = config::parse_url(text);
  if (!url) {
    reading.error(node, config::in_quotes(text) + " is no URL to ask", url.error());
    return std::nullopt;
  }
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 127; })) {
    reading.error(node, "a space or control character cannot stand in a URL", "write it as %20, ...");
    return std::nullopt;
  }
  return ReadUrl{server_at(text), *url, std::move(text)};
}

}  // namespace

client::Ask Server::get(std::string label, std::string_view path, std::vector<client::Field> headers) const {
  client::HttpAsk ask;
  ask.url = base + std::string(path);
  ask.headers = std::move(headers);
  ask.headers.push_back({"Accept", "application/json"});
  return {std::move(label), std::move(ask)};
}

Server server_at(const std::string& url) {
  const Expected<config::Url, std::string> parsed = config::parse_url(url);
  if (parsed && parsed->scheme == config::Url::Scheme::http_unix)
    return {"http://localhost", "unix:" + parsed->host};
  Server server{url, ""};
  while (server.base.ends_with('/')) server.base.pop_back();
  return server;
}

Server read_server(const config::ProbeReading& reading, const config::Node& node, std::string_view label) {
  std::optional<ReadUrl> read = read_url(reading, node, label);
  if (!read) return {};
  const bool on_socket = !read->server.connect_to.empty();
  config::ProbeSpec& spec = reading.spec;
  spec.elsewhere = true;
  spec.url = std::move(read->text);
  spec.host = on_socket ? "localhost" : read->url.host;
  spec.port = on_socket ? 80 : read->url.port;
  spec.secure = read->url.scheme == config::Url::Scheme::https;
  spec.headers.clear();
  spec.certificate.clear();
  spec.key.clear();
  spec.verify = true;
  if (reading.find("ca") == nullptr) spec.ca.clear();
  if (reading.find("server_name") == nullptr) spec.server_name.clear();
  if (reading.find("resolve") == nullptr) spec.resolve.clear();
  if (reading.find("connect_to") == nullptr) spec.connect_to = read->server.connect_to;
  return std::move(read->server);
}

Server read_other_server(const config::ProbeReading& reading, const config::Node& node,
                         std::string_view label) {
  std::optional<ReadUrl> read = read_url(reading, node, label);
  return read ? std::move(read->server) : Server{};
}

client::Access other_access(const Probe& probe, const Server& server) {
  client::Access access = probe.access;
  access.connect_to = server.connect_to;
  access.server_name.clear();
  access.certificate_file.clear();
  access.key_file.clear();
  return access;
}

std::string url_encoded(std::string_view text) {
  std::string encoded;
  match::append_encoded({std::string(text), false}, match::Encoding::url_component, encoded);
  return encoded;
}

}  // namespace assay::probes
