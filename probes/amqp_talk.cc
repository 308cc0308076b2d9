#include "probes/amqp_talk.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "probes/wire_reader.h"

namespace assay::probes {
namespace {

using client::Turn;
using Then = client::Turn::Then;

constexpr char kMethod = 1, kHeader = 2, kBody = 3;
constexpr char kFrameEnd = '\xCE';
constexpr std::size_t kFrameOverhead = 8;
constexpr std::uint32_t kUsualFrame = 128 << 10, kSmallestFrame = 4096;
constexpr std::uint16_t kChannel = 1;
// So many are under way at most: neither side then waits for the other to read.
constexpr std::uint64_t kWindow = 500;

constexpr std::uint32_t method(std::uint16_t a, std::uint16_t b) {
  return static_cast<std::uint32_t>(a) << 16U | b;
}
constexpr std::uint32_t kStart = method(10, 10), kTune = method(10, 30), kTuneOk = method(10, 31),
                        kOpen = method(10, 40), kOpenOk = method(10, 41), kClose = method(10, 50),
                        kCloseOk = method(10, 51), kChannelOpen = method(20, 10),
                        kChannelOpenOk = method(20, 11), kChannelClose = method(20, 40),
                        kPurge = method(50, 30), kPurgeOk = method(50, 31), kPublish = method(60, 40),
                        kReturn = method(60, 50), kAck = method(60, 80), kNack = method(60, 120),
                        kSelect = method(85, 10), kSelectOk = method(85, 11);

// ---- what this side says
std::string short_text(std::string_view text) { return static_cast<char>(text.size()) + std::string(text); }

std::string frame(char type, std::uint16_t channel, std::string_view payload) {
  std::string bytes(1, type);
  put_u16(bytes, channel);
  put_u32(bytes, static_cast<std::uint32_t>(payload.size()));
  return bytes.append(payload) + kFrameEnd;
}

std::string method_frame(std::uint16_t channel, std::uint32_t id, std::string_view arguments) {
  std::string payload;
  put_u32(payload, id);
  return frame(kMethod, channel, payload.append(arguments));
}

std::uint32_t frame_size(const AmqpHeard& heard) {
  return heard.frame_max == 0 ? kUsualFrame : std::max(heard.frame_max, kSmallestFrame);
}

// The broker's own limits, and no heartbeat: this takes seconds.
std::string tune_and_open(const AmqpHeard& heard, std::string_view vhost) {
  std::string limits;
  put_u16(limits, heard.channel_max);
  put_u32(limits, heard.frame_max);
  put_u16(limits, 0);
  return method_frame(0, kTuneOk, limits) + method_frame(0, kOpen, short_text(vhost) + short_text("") + '\0');
}

std::string published(const AmqpMessage& message, std::size_t frame_bytes) {
  constexpr char kMandatory = 1;  // it comes back where no queue takes it
  std::string bytes = method_frame(
      kChannel, kPublish,
      std::string(2, '\0') + short_text(message.exchange) + short_text(message.routing_key) + kMandatory);
  std::string header;
  put_u16(header, 60);
  put_u16(header, 0);
  put_u32(header, 0);
  put_u32(header, static_cast<std::uint32_t>(message.body.size()));
  put_u16(header, 0);  // no properties
  bytes += frame(kHeader, kChannel, header);
  const std::string_view body = message.body;
  for (std::size_t at = 0; at < body.size(); at += frame_bytes - kFrameOverhead)
    bytes += frame(kBody, kChannel, body.substr(at, frame_bytes - kFrameOverhead));
  return bytes;
}

std::string farewell() {
  std::string arguments;
  put_u16(arguments, 200);
  arguments += short_text("done") + std::string(4, '\0');
  return method_frame(0, kClose, arguments);
}

// ---- scripts: texts, each after its length
std::string script_of(const AmqpLogin& login) {
  std::string script;
  for (const std::string* text : {&login.user, &login.password, &login.vhost}) put_long_text(script, *text);
  return script;
}
AmqpLogin login_in(WireReader& script) {
  AmqpLogin login;
  for (std::string* text : {&login.user, &login.password, &login.vhost}) *text = script.long_text();
  return login;
}

// ---- what the broker says
class Listener {
 public:
  AmqpHeard hear(std::string_view bytes) {
    if (bytes.starts_with("AMQP")) heard_.is_amqp = false;  // the header of another version
    while (heard_.is_amqp && !bytes.empty()) {
      WireReader reader(bytes);
      const char type = static_cast<char>(reader.u8());
      reader.u16();
      const std::string_view payload = reader.long_text();
      const char end = static_cast<char>(reader.u8());
      if (type < kMethod || type > 8) heard_.is_amqp = false;
      if (!reader.ok() || !heard_.is_amqp) break;  // the rest is on its way
      heard_.is_amqp = end == kFrameEnd;
      if (type == kMethod) take(bytes.substr(0, bytes.size() - reader.left()), WireReader(payload));
      bytes = bytes.substr(bytes.size() - reader.left());
    }
    heard_.settled = up_to_ + beyond_.size();
    return std::move(heard_);
  }

 private:
  void take(std::string_view whole, WireReader reader) {
    const std::uint32_t id = reader.u32();
    if (id == kStart) {
      AmqpReply reply = parse_amqp(whole);
      if (auto* start = std::get_if<AmqpStart>(&reply)) heard_.start = std::move(*start);
    }
    if (id == kTune) {
      heard_.channel_max = reader.u16();
      heard_.frame_max = reader.u32();
      heard_.tuned = true;
    }
    heard_.opened = heard_.opened || id == kOpenOk;
    heard_.channel_opened = heard_.channel_opened || id == kChannelOpenOk;
    heard_.confirming = heard_.confirming || id == kSelectOk;
    heard_.parted = heard_.parted || id == kCloseOk;
    if (id == kPurgeOk) heard_.purged = reader.u32();
    if (id == kAck || id == kNack) settle(reader, id == kNack);
    if (id == kReturn) {
      ++heard_.returned;
      const std::uint16_t code = reader.u16();
      heard_.why_returned = fmt::format("{} {}", code, reader.short_text());
    }
    if (id == kClose || id == kChannelClose) {
      const std::uint16_t code = reader.u16();
      heard_.closed = AmqpClose{code, std::string(reader.short_text())};
    }
  }

  void settle(WireReader& reader, bool refused) {
    const std::uint64_t high = reader.u32();
    const std::uint64_t tag = high << 32U | reader.u32();
    const std::uint64_t before = up_to_ + beyond_.size();
    if ((reader.u8() & 1U) != 0) {
      up_to_ = std::max(up_to_, tag);
      beyond_.erase(beyond_.begin(), beyond_.upper_bound(up_to_));
    } else if (tag > up_to_) {
      beyond_.insert(tag);
    }
    while (!beyond_.empty() && *beyond_.begin() == up_to_ + 1) {
      ++up_to_;
      beyond_.erase(beyond_.begin());
    }
    if (refused) heard_.refused += up_to_ + beyond_.size() - before;
  }

  AmqpHeard heard_;
  std::uint64_t up_to_ = 0;  // all up to this tag are settled, and these beyond
  std::set<std::uint64_t> beyond_;
};

bool offers_plain(const AmqpStart& start) {
  return std::find(start.mechanisms.begin(), start.mechanisms.end(), "PLAIN") != start.mechanisms.end();
}

// The turns up to an open channel; nothing: it is open.
constexpr std::size_t kOpening = 4;
std::optional<Turn> opening_turn(const AmqpLogin& login, const AmqpHeard& heard, std::size_t said) {
  if (!heard.is_amqp || heard.closed || (heard.start && !offers_plain(*heard.start)))
    return Turn{"", Then::give_up};
  switch (said) {
    case 0:
      return Turn{amqp_header()};
    case 1:
      if (!heard.start) return Turn{};
      return Turn{amqp_start_ok("PLAIN", amqp_plain(login.user, login.password))};
    case 2:
      return heard.tuned ? Turn{tune_and_open(heard, login.vhost)} : Turn{};
    case 3:
      return heard.opened ? Turn{method_frame(kChannel, kChannelOpen, short_text(""))} : Turn{};
    default:
      return heard.channel_opened ? std::nullopt : std::optional(Turn{});
  }
}

// Said: the opening, Select, then windows of messages, then the farewell.
Turn publish(std::string_view script, std::string_view bytes, std::size_t said) {
  WireReader reader(script);
  const AmqpLogin login = login_in(reader);
  const AmqpHeard heard = hear_amqp(bytes);
  if (auto turn = opening_turn(login, heard, said)) return *std::move(turn);
  if (said == kOpening) return {method_frame(kChannel, kSelect, std::string(1, '\0'))};
  if (!heard.confirming) return {};
  AmqpMessage message;
  for (std::string* text : {&message.exchange, &message.routing_key, &message.body})
    *text = reader.long_text();
  const std::uint64_t count = reader.u32();
  const std::uint64_t sent = std::min(count, (said - kOpening - 1) * kWindow);
  if (heard.settled < sent) return {};
  const bool all_sent = sent == count;
  if (all_sent && said > kOpening + 1 + (count + kWindow - 1) / kWindow)
    return {"", heard.parted ? Then::over : Then::go_on};
  if (all_sent) return {farewell()};
  const std::string one = published(message, frame_size(heard));
  std::string window;
  for (std::uint64_t i = sent; i < std::min(count, sent + kWindow); ++i) window += one;
  return {std::move(window)};
}

Turn purge(std::string_view script, std::string_view bytes, std::size_t said) {
  WireReader reader(script);
  const AmqpLogin login = login_in(reader);
  const AmqpHeard heard = hear_amqp(bytes);
  if (auto turn = opening_turn(login, heard, said)) return *std::move(turn);
  if (said == kOpening) {
    const std::string arguments = std::string(2, '\0') + short_text(reader.long_text()) + '\0';
    return {method_frame(kChannel, kPurge, arguments)};
  }
  if (!heard.purged) return {};
  return said == kOpening + 1 ? Turn{farewell()} : Turn{"", heard.parted ? Then::over : Then::go_on};
}

// Why it did not come as far as an open channel; empty: it did.
std::string why_not_open(const AmqpHeard& heard) {
  if (heard.closed) return fmt::format("the broker says {} {}", heard.closed->code, heard.closed->text);
  if (!heard.is_amqp) return "this is no broker of AMQP 0-9-1";
  if (heard.start && !offers_plain(*heard.start)) return "the broker does not offer PLAIN";
  return heard.channel_opened ? "" : "the broker opened no channel";
}

}  // namespace

AmqpHeard hear_amqp(std::string_view heard) { return Listener().hear(heard); }

client::Converse amqp_publishing(const AmqpLogin& login, const AmqpMessage& message, std::uint64_t count) {
  std::string script = script_of(login);
  for (const std::string* text : {&message.exchange, &message.routing_key, &message.body})
    put_long_text(script, *text);
  put_u32(script, static_cast<std::uint32_t>(count));
  // Each may come back whole, and be confirmed.
  const std::size_t most = (64 << 10) + count * (message.body.size() + 1024);
  return {.next = publish, .script = std::move(script), .most_bytes = most};
}

client::Converse amqp_purging(const AmqpLogin& login, std::string_view queue) {
  std::string script = script_of(login);
  put_long_text(script, queue);
  return {.next = purge, .script = std::move(script)};
}

std::string why_not_published(const AmqpHeard& heard, std::uint64_t count) {
  if (std::string why = why_not_open(heard); !why.empty()) return why;
  if (heard.returned > 0)
    return fmt::format("{} of {} messages came back: {}", heard.returned, count, heard.why_returned);
  if (heard.refused > 0) return fmt::format("the broker refused {} of {} messages", heard.refused, count);
  return heard.settled >= count ? ""
                                : fmt::format("the broker confirmed {} of {} messages", heard.settled, count);
}

std::string why_not_purged(const AmqpHeard& heard) {
  if (std::string why = why_not_open(heard); !why.empty()) return why;
  return heard.purged ? "" : "the broker did not say that the queue is empty";
}

}  // namespace assay::probes
