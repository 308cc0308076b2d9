// AMQP 0-9-1 up to the moment where a broker lets a client in or not. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace assay::probes {

std::string amqp_header();
// Connection.Start-Ok. It says that this client understands a Connection.Close for a refused login, because
// brokers otherwise close without a word.
std::string amqp_start_ok(std::string_view mechanism, std::string_view response);
// Of the mechanism PLAIN.
std::string amqp_plain(std::string_view user, std::string_view password);

struct AmqpStart {
  std::string product, version;
  std::vector<std::string> mechanisms, locales;
};
struct AmqpTune {};  // the login was accepted
struct AmqpClose {
  std::uint16_t code = 0;
  std::string text;
};
// The broker speaks another version and names it: "AMQP 0-9-1", "AMQP 1.0".
struct AmqpOtherVersion {
  std::string version;
};
// monostate: nothing of these, or not whole.
using AmqpReply = std::variant<std::monostate, AmqpStart, AmqpTune, AmqpClose, AmqpOtherVersion>;

// Hear: until a frame or a protocol header is whole, or cannot become one.
bool amqp_ended(std::string_view heard);
AmqpReply parse_amqp(std::string_view heard);

}  // namespace assay::probes
