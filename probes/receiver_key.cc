#include "probes/receiver_key.h"

#include "client/address.h"
#include "config/choices.h"
#include "config/values.h"

namespace assay::probes {
namespace {

constexpr std::string_view kWords[] = {"listen", "format", "name"};
constexpr config::KeyTable kKeys{"probe_receiver", "receiver", kWords};
constexpr config::Choices<NoticeFormat, 5> kFormats{{"webhook", "slack", "pagerduty", "opsgenie", "email"}};

}  // namespace

ReceiverPlace read_receiver(const config::ProbeReading& reading, const config::Node& node) {
  const config::MapReader map(reading.context, node, kKeys, "receiver");
  ReceiverPlace place;
  if (!map.is_map()) return place;
  if (const config::Node* listen = map.require("listen", "write it like listen: 127.0.0.1:9099")) {
    place.listen = reading.text(*listen, "listen").value_or("");
    const auto split = client::split_host_port(place.listen);
    if (!split || !client::literal_address(split->host, split->port))
      reading.error(*listen, config::in_quotes(place.listen) + " is no address to listen on",
                    "write it like 127.0.0.1:9099");
  }
  if (const config::Node* format = map.find("format"))
    config::assign(place.format, config::read_choice(reading.context, *format, "format", kFormats));
  if (const config::Node* name = map.find("name"))
    config::assign(place.name, config::read_text(reading.context, *name, "name"));
  return place;
}

}  // namespace assay::probes
