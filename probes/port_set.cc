#include "probes/port_set.h"

#include <charconv>
#include <iterator>
#include <optional>

#include "config/values.h"

namespace assay::probes {
namespace {

std::optional<std::uint16_t> number(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (status != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

void add(const config::ProbeReading& reading, const config::Node& node, std::string_view label,
         PortSet& ports) {
  const std::optional<std::string> text = config::read_text(reading.context, node, label);
  if (!text) return;
  const std::size_t dash = text->find('-');
  const std::string_view whole = *text;
  const std::optional<std::uint16_t> first = number(whole.substr(0, dash));
  const std::optional<std::uint16_t> last =
      dash == std::string::npos ? first : number(whole.substr(dash + 1));
  if (!first || !last || *first > *last) {
    reading.error(node, config::in_quotes(*text) + " is not a port or a range of ports",
                  "write it like 443 or \"8000-8010\", from 1 to 65535");
    return;
  }
  for (std::uint32_t port = *first; port <= *last; ++port) ports.insert(static_cast<std::uint16_t>(port));
}

}  // namespace

PortSet read_ports(const config::ProbeReading& reading, const config::Node& node, std::string_view label) {
  PortSet ports;
  if (!node.is_sequence()) {
    add(reading, node, label, ports);
  } else if (config::is_filled_list(reading.context, node, label, "write it like [80, \"8000-8010\"]")) {
    for (const config::Node* item : node.items) add(reading, *item, label, ports);
  }
  return ports;
}

std::string shown(const PortSet& ports) {
  std::string text;
  for (auto at = ports.begin(); at != ports.end();) {
    const std::uint16_t first = *at;
    std::uint16_t last = first;
    while (++at != ports.end() && *at == last + 1) last = *at;
    text += (text.empty() ? "" : ", ") + std::to_string(first);
    if (last > first) text += (last == first + 1 ? ", " : "-") + std::to_string(last);
  }
  return text.empty() ? "none" : text;
}

}  // namespace assay::probes
