// Conversations with a broker that is made up: what it is told, and what it makes of it.
#include "probes/amqp_talk.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "probes/wire_reader.h"
#include "tests/unit/probes/made_up_broker.h"

using namespace assay;
using namespace assay::probes;
using client::Turn;

namespace {

const AmqpMessage kMessage{"", "orders", "hello"};

// Everything the broker said in the end; `turns` gets how often this side spoke.
std::string talk(const client::Converse& conversation, MadeUpBroker& broker, std::size_t* turns = nullptr) {
  std::string heard;
  for (std::size_t said = 0; said < 1000;) {
    const Turn turn = conversation.next(conversation.script, heard, said);
    if (turn.then != Turn::Then::go_on || turn.say.empty()) {
      if (turns != nullptr) *turns = said;
      CHECK((turn.then == Turn::Then::over) == broker.was_left());
      return heard;
    }
    ++said;
    heard += broker.answer(turn.say);
    CHECK(heard.size() <= conversation.most_bytes);
  }
  FAIL("the conversation never ends");
  return heard;
}

std::string published(MadeUpBroker& broker, std::uint64_t count, const AmqpMessage& message = kMessage) {
  const std::string heard = talk(amqp_publishing({"app", "geheim", "/"}, message, count), broker);
  return why_not_published(hear_amqp(heard), count);
}

}  // namespace

TEST_CASE("amqp talk: messages are published, confirmed, and the broker is left in order") {
  for (const std::uint64_t count : {1U, 499U, 500U, 501U, 1001U}) {
    CAPTURE(count);
    for (const bool one_by_one : {true, false}) {
      MadeUpBroker broker;
      broker.confirms_one_by_one = one_by_one;
      CHECK(published(broker, count).empty());
      CHECK(broker.bodies.size() == count);
      CHECK(broker.bodies.front() == "hello");
      CHECK(broker.login == std::string("\0app\0geheim", 11));
      CHECK(broker.routing_key == "orders");
    }
  }
}

TEST_CASE("amqp talk: a long body goes in frames of the size that the broker wants, an empty one in none") {
  MadeUpBroker broker;
  const std::string body(20'000, 'x');
  CHECK(published(broker, 2, {"logs", "a.b", body}).empty());
  CHECK(broker.bodies == std::vector<std::string>{body, body});
  CHECK(broker.longest_frame <= MadeUpBroker::kFrameMax);
  CHECK(broker.exchange == "logs");
  MadeUpBroker other;
  CHECK(published(other, 3, {"", "orders", ""}).empty());
  CHECK(other.bodies.size() == 3);
}

TEST_CASE("amqp talk: what a broker does not take is told") {
  const auto told = [](auto spoil) {
    MadeUpBroker broker;
    spoil(broker);
    return published(broker, 10);
  };
  CHECK(told([](MadeUpBroker& b) { b.returns = true; }) == "10 of 10 messages came back: 312 NO_ROUTE");
  CHECK(told([](MadeUpBroker& b) { b.refuses = true; }) == "the broker refused 10 of 10 messages");
  CHECK(told([](MadeUpBroker& b) { b.mechanisms = "EXTERNAL"; }) == "the broker does not offer PLAIN");
  CHECK(told([](MadeUpBroker& b) { b.closes_login = true; }) ==
        "the broker says 403 ACCESS_REFUSED - login refused");
  CHECK(told([](MadeUpBroker& b) { b.closes_channel = true; }) ==
        "the broker says 404 NOT_FOUND - no exchange 'x'");
  CHECK(told([](MadeUpBroker& b) { b.speaks = std::string("AMQP\0\1\0\0", 8); }) ==
        "this is no broker of AMQP 0-9-1");
  CHECK(told([](MadeUpBroker& b) { b.speaks = "HTTP/1.1 400 Bad Request\r\n\r\n"; }) ==
        "this is no broker of AMQP 0-9-1");
  CHECK(told([](MadeUpBroker& b) { b.confirms_at_most = 4; }) == "the broker confirmed 4 of 10 messages");
}

TEST_CASE("amqp talk: a queue is emptied, or it is told why not") {
  MadeUpBroker broker;
  const std::string heard = talk(amqp_purging({"app", "geheim", "shop"}, "orders"), broker);
  CHECK(why_not_purged(hear_amqp(heard)).empty());
  CHECK(hear_amqp(heard).purged == 7);
  CHECK(broker.purged_queue == "orders");
  CHECK(broker.vhost == "shop");
  MadeUpBroker closing;
  closing.closes_channel = true;
  CHECK(why_not_purged(hear_amqp(talk(amqp_purging({}, "orders"), closing))) ==
        "the broker says 404 NOT_FOUND - no exchange 'x'");
}

TEST_CASE("amqp talk: bytes that come one by one are read as those that come at once") {
  MadeUpBroker broker;
  const std::string heard = talk(amqp_publishing({}, kMessage, 20), broker);
  for (std::size_t length = 0; length <= heard.size(); ++length) {
    const AmqpHeard part = hear_amqp(heard.substr(0, length));
    CHECK(part.is_amqp);
    CHECK(part.settled <= 20);
  }
  CHECK(hear_amqp(heard).settled == 20);
}
