// An AMQP 0-9-1 broker made up: it answers what it is told, whole frames at a time, and remembers it.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "probes/wire_reader.h"

namespace assay::probes {

class MadeUpBroker {
 public:
  static constexpr std::uint32_t kFrameMax = 8192;

  std::string mechanisms = "PLAIN AMQPLAIN", speaks;  // `speaks`: instead of AMQP
  bool closes_login = false, closes_channel = false, returns = false, refuses = false;
  bool confirms_one_by_one = false;
  std::uint64_t confirms_at_most = ~0ULL;

  std::string login, vhost, exchange, routing_key, purged_queue;
  std::vector<std::string> bodies;
  std::size_t longest_frame = 0;

  bool was_left() const { return left_; }

  std::string answer(std::string_view bytes) {
    if (!speaks.empty()) return speaks;
    if (bytes.starts_with("AMQP")) return frame(0, 10, 10, start());
    std::string said;
    while (!bytes.empty()) {
      WireReader reader(bytes);
      const auto type = reader.u8();
      reader.u16();
      const std::string_view payload = reader.long_text();
      reader.u8();
      longest_frame = std::max(longest_frame, bytes.size() - reader.left());
      said += type == 1 ? method(WireReader(payload)) : content(type, payload);
      bytes = bytes.substr(bytes.size() - reader.left());
    }
    return said + confirmations();
  }

 private:
  static std::string short_text(const std::string& text) { return static_cast<char>(text.size()) + text; }
  static std::string long_text(const std::string& text) {
    std::string out;
    put_u32(out, static_cast<std::uint32_t>(text.size()));
    return out + text;
  }
  static std::string frame(std::uint16_t channel, std::uint16_t group, std::uint16_t id,
                           const std::string& arguments) {
    std::string payload, out(1, '\1');
    put_u16(payload, group);
    put_u16(payload, id);
    put_u16(out, channel);
    return out + long_text(payload + arguments) + '\xCE';
  }
  std::string start() const {
    return std::string("\0\x09", 2) + long_text("") + long_text(mechanisms) + long_text("en_US");
  }
  static std::string closing(std::uint16_t code, const std::string& text) {
    std::string arguments;
    put_u16(arguments, code);
    return arguments + short_text(text) + std::string(4, '\0');
  }

  std::string method(WireReader reader) {
    const std::uint32_t id = reader.u32();
    switch (id) {
      case 10U << 16U | 11U: {
        reader.long_text();
        reader.short_text();
        login = reader.long_text();
        if (closes_login) return frame(0, 10, 50, closing(403, "ACCESS_REFUSED - login refused"));
        std::string limits;
        put_u16(limits, 2047);
        put_u32(limits, kFrameMax);
        put_u16(limits, 60);
        return frame(0, 10, 30, limits);
      }
      case 10U << 16U | 40U:
        vhost = reader.short_text();
        return frame(0, 10, 41, short_text(""));
      case 10U << 16U | 50U:
        left_ = true;
        return frame(0, 10, 51, "");
      case 20U << 16U | 10U:
        return frame(1, 20, 11, long_text(""));
      case 85U << 16U | 10U:
        return closes_channel ? frame(1, 20, 40, closing(404, "NOT_FOUND - no exchange 'x'"))
                              : frame(1, 85, 11, "");
      case 50U << 16U | 30U: {
        reader.u16();
        purged_queue = reader.short_text();
        std::string count;
        put_u32(count, 7);
        return closes_channel ? frame(1, 20, 40, closing(404, "NOT_FOUND - no exchange 'x'"))
                              : frame(1, 50, 31, count);
      }
      case 60U << 16U | 40U: {
        reader.u16();
        exchange = reader.short_text();
        routing_key = reader.short_text();
        std::string arguments;
        put_u16(arguments, 312);
        return returns ? frame(1, 60, 50,
                               arguments + short_text("NO_ROUTE") + short_text(exchange) +
                                   short_text(routing_key))
                       : "";
      }
      default:
        return "";
    }
  }

  std::string content(std::uint8_t type, std::string_view payload) {
    if (type == 2) bodies.emplace_back();
    if (type == 3) bodies.back() += payload;
    return {};
  }

  std::string acknowledgement(std::uint64_t tag, bool multiple) const {
    std::string arguments;
    put_u32(arguments, static_cast<std::uint32_t>(tag >> 32U));
    put_u32(arguments, static_cast<std::uint32_t>(tag));
    return frame(1, 60, refuses ? 120 : 80, arguments + (multiple ? '\1' : '\0'));
  }

  // One by one they come in the wrong order, as brokers may send them.
  std::string confirmations() {
    const std::uint64_t last = std::min<std::uint64_t>(bodies.size(), confirms_at_most);
    const std::uint64_t first = confirmed_ + 1;
    confirmed_ = last;
    if (first > last) return {};
    if (!confirms_one_by_one) return acknowledgement(last, true);
    std::string said;
    for (std::uint64_t tag = last; tag >= first; --tag) said += acknowledgement(tag, false);
    return said;
  }

  std::uint64_t confirmed_ = 0;
  bool left_ = false;
};

}  // namespace assay::probes
