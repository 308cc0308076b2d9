#include "probes/address_key.h"

#include <optional>
#include <utility>

#include "client/address.h"
#include "config/url.h"
#include "config/values.h"

namespace assay::probes {
namespace {

constexpr std::string_view kExample = "write it like db.example.com:5432 or [::1]:5432";

bool has_own(const config::ProbeReading& reading, std::string_view key) {
  return reading.find(key) != nullptr;
}

void use(const config::ProbeReading& reading, const client::HostPort& address) {
  config::ProbeSpec& spec = reading.spec;
  if (address.host == spec.host && address.port == spec.port) return;
  if (!has_own(reading, "connect_to")) spec.connect_to.clear();
  if (address.host != spec.host) {
    if (!has_own(reading, "server_name")) spec.server_name.clear();
    spec.elsewhere = true;
  }
  spec.url = "tcp://" + written_address(address.host, address.port);
  spec.host = address.host;
  spec.port = address.port;
  spec.secure = false;
}

void use_usual_port(const config::ProbeReading& reading, std::uint16_t port) {
  const config::ProbeSpec& spec = reading.spec;
  if (port == 0 || port == spec.port) return;
  if (!spec.connect_to.empty() && !has_own(reading, "connect_to")) {
    reading.error(
        *reading.find("kind"),
        "the target is reached through connect_to, which says nothing about port " + std::to_string(port),
        "write where this probe connects: address: \"HOST:" + std::to_string(port) + "\"");
    return;
  }
  use(reading, {spec.host, port});
}

void complain_of_nowhere(const config::ProbeReading& reading, const std::string& key) {
  if (has_own(reading, "target")) return;  // what is wrong with it was said already
  reading.error(*reading.find("kind"), "this probe does not know where to connect",
                "write " + key + ", or name a candidate under \"targets\"");
}

bool is_host(const std::string& text) {
  return config::is_ip_address(text) ||
         (text.find_first_of(":[]") == std::string::npos && config::check_connect_to(text + ":1").empty());
}

}  // namespace

std::string written_address(std::string_view host, std::uint16_t port) {
  const bool bracketed = host.find(':') != std::string_view::npos;
  return (bracketed ? "[" + std::string(host) + "]" : std::string(host)) + ":" + std::to_string(port);
}

void read_address(const config::ProbeReading& reading, std::uint16_t usual_port) {
  const config::Node* node = reading.find("address");
  if (node == nullptr) {
    if (reading.spec.host.empty()) return complain_of_nowhere(reading, "address: \"HOST:PORT\"");
    return use_usual_port(reading, usual_port);
  }
  const std::optional<std::string> text = config::read_text(reading.context, *node, "address");
  if (!text) return;
  std::string reason = config::check_connect_to(*text);
  if (text->starts_with("unix:") || reason.starts_with("write")) reason = kExample;
  if (!reason.empty()) return reading.error(*node, config::in_quotes(*text) + " is not an address", reason);
  use(reading, *client::split_host_port(*text));
}

void read_host(const config::ProbeReading& reading) {
  if (const config::Node* node = reading.find("connect_to")) {
    reading.error(*node, "connect_to names one port, and this probe looks at several",
                  "write the machine as host: HOST");
  }
  const config::Node* node = reading.find("host");
  if (node != nullptr) {
    const std::optional<std::string> text = config::read_text(reading.context, *node, "host");
    if (!text) return;
    if (!is_host(*text)) {
      return reading.error(*node, config::in_quotes(*text) + " is not a host",
                           "write a name or an IP address, without a port");
    }
    if (*text != reading.spec.host) use(reading, {*text, 0});
  } else if (reading.spec.host.empty()) {
    complain_of_nowhere(reading, "host: HOST");
  } else if (!reading.spec.connect_to.empty() && !has_own(reading, "connect_to")) {
    reading.error(*reading.find("kind"),
                  "the target is reached through connect_to, which names one port of a machine",
                  "write the machine as host: HOST");
  }
}

}  // namespace assay::probes
