#include "probes/wire_amqp.h"

#include <algorithm>

#include "probes/wire_reader.h"

namespace assay::probes {
namespace {

constexpr std::size_t kHeaderBytes = 8, kFrameHead = 7;
constexpr std::uint32_t kLargestFrame = 64 << 10;
constexpr char kMethodFrame = 1, kFrameEnd = '\xCE';
constexpr std::uint16_t kConnection = 10, kStart = 10, kStartOk = 11, kTune = 30, kClose = 50;

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Types of field values by what they take: RabbitMQ's reading of the specification, as all brokers speak it.
std::string_view field_value(WireReader& reader) {
  switch (static_cast<char>(reader.u8())) {
    case 'S':
    case 'x':
    case 'F':
    case 'A':
      return reader.long_text();
    case 'V':
      return {};
    case 't':
    case 'b':
    case 'B':
      return reader.take(1);
    case 's':
    case 'u':
      return reader.take(2);
    case 'I':
    case 'i':
    case 'f':
      return reader.take(4);
    case 'D':
      return reader.take(5);
    case 'l':
    case 'd':
    case 'T':
      return reader.take(8);
    default:
      return reader.take(reader.left() + 1);  // its length is not known: what follows cannot be read
  }
}

AmqpReply parse_start(WireReader& reader) {
  AmqpStart start;
  const std::uint8_t major = reader.u8(), minor = reader.u8();
  WireReader properties(reader.long_text());
  while (properties.ok() && properties.left() > 0) {
    const std::string_view name = properties.short_text();
    const std::string_view value = field_value(properties);
    if (name == "product") start.product = value;
    if (name == "version") start.version = value;
  }
  start.mechanisms = words(reader.long_text());
  start.locales = words(reader.long_text());
  if (!reader.ok() || !properties.ok() || major != 0 || minor != 9) return {};
  return start;
}

AmqpReply parse_method(WireReader reader) {
  if (reader.u16() != kConnection) return {};
  switch (reader.u16()) {
    case kStart:
      return parse_start(reader);
    case kTune:
      reader.take(8);
      if (reader.ok()) return AmqpTune{};
      return {};
    case kClose: {
      const std::uint16_t code = reader.u16();
      AmqpClose close{code, std::string(reader.short_text())};
      if (reader.ok()) return close;
      return {};
    }
    default:
      return {};
  }
}

AmqpReply parse_header(std::string_view heard) {
  if (heard.size() != kHeaderBytes) return {};
  const auto byte = [&](std::size_t i) { return std::to_string(static_cast<unsigned char>(heard[i])); };
  const std::string numbers =
      byte(5) == "0" ? byte(5) + "-" + byte(6) + "-" + byte(7) : byte(5) + "." + byte(6);
  return AmqpOtherVersion{"AMQP " + numbers + (byte(4) == "3" ? " after SASL" : "")};
}

}  // namespace

std::string amqp_header() { return {"AMQP\0\0\x09\x01", kHeaderBytes}; }

std::string amqp_plain(std::string_view user, std::string_view password) {
  std::string response;
  response.append(1, '\0').append(user).append(1, '\0').append(password);
  return response;
}

std::string amqp_start_ok(std::string_view mechanism, std::string_view response) {
  const auto short_text = [](std::string_view text) {
    return static_cast<char>(text.size()) + std::string(text);
  };
  const auto long_text = [](std::string_view text) {
    std::string out;
    put_u32(out, static_cast<std::uint32_t>(text.size()));
    return out.append(text);
  };
  std::string method;
  put_u16(method, kConnection);
  put_u16(method, kStartOk);
  const std::string understood = short_text("authentication_failure_close") + "t\x01";
  method += long_text(short_text("capabilities") + "F" + long_text(understood));
  method += short_text(mechanism) + long_text(response) + short_text("en_US");
  return std::string{kMethodFrame, 0, 0} + long_text(method) + kFrameEnd;
}

bool amqp_ended(std::string_view heard) {
  if (heard.empty()) return false;
  if (heard[0] == 'A') {
    const std::string_view letters =
        std::string_view("AMQP").substr(0, std::min<std::size_t>(heard.size(), 4));
    return heard.size() >= kHeaderBytes || !heard.starts_with(letters);
  }
  if (heard[0] != kMethodFrame) return true;
  if (heard.size() < kFrameHead) return false;
  const std::uint32_t size = WireReader(heard.substr(3)).u32();
  return size > kLargestFrame || heard.size() >= kFrameHead + size + 1;
}

AmqpReply parse_amqp(std::string_view heard) {
  if (heard.starts_with("AMQP")) return parse_header(heard);
  WireReader reader(heard);
  const char type = static_cast<char>(reader.u8());
  const std::uint16_t channel = reader.u16();
  const std::string_view payload = reader.long_text();
  const bool ended = static_cast<char>(reader.u8()) == kFrameEnd;
  if (!reader.ok() || type != kMethodFrame || channel != 0 || !ended) return {};
  return parse_method(WireReader(payload));
}

}  // namespace assay::probes
