// Conversations with an AMQP 0-9-1 broker past its login: messages published under confirmation, and a queue
// emptied. Pure: what is said follows from what was heard, as client::Converse wants it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client/dialogue.h"
#include "probes/wire_amqp.h"

namespace assay::probes {

struct AmqpLogin {
  std::string user = "guest", password = "guest", vhost = "/";
};
struct AmqpMessage {
  std::string exchange, routing_key, body;  // exchange "": the default one, whose routing keys are queues
};

// Publishes a message so many times, and waits until the broker has taken each.
client::Converse amqp_publishing(const AmqpLogin& login, const AmqpMessage& message, std::uint64_t count);
client::Converse amqp_purging(const AmqpLogin& login, std::string_view queue);

// What a broker has said in such a conversation.
struct AmqpHeard {
  bool is_amqp = true;  // false: something else came
  std::optional<AmqpStart> start;
  bool tuned = false, opened = false, channel_opened = false, confirming = false, parted = false;
  std::uint16_t channel_max = 0;
  std::uint32_t frame_max = 0;
  std::uint64_t settled = 0;            // messages that were taken or not
  std::uint64_t refused = 0;            // of these, those that were not
  std::uint64_t returned = 0;           // of these, those for which there is no queue
  std::string why_returned;             // "312 NO_ROUTE"
  std::optional<std::uint32_t> purged;  // messages
  std::optional<AmqpClose> closed;      // the connection or the channel, by the broker
};
AmqpHeard hear_amqp(std::string_view heard);

// Why not all of `count` messages are in a queue now, or the queue is not empty; empty: they are.
std::string why_not_published(const AmqpHeard& heard, std::uint64_t count);
std::string why_not_purged(const AmqpHeard& heard);

}  // namespace assay::probes
