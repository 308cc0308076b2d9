// Faults of alerts other than an endpoint: connections, messages, requests, a scenario.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>

#include "probes/wire_amqp.h"
#include "tests/unit/probes/alert_world.h"
#include "tests/unit/probes/dial_fixture.h"
#include "tests/unit/probes/made_up_broker.h"
#include "tests/unit/probes/postgres_messages.h"

using namespace assay;
using namespace assay::probes;

namespace {

const std::string kCommon =
    "kind: alert-lifecycle\nalert: QueueDeep\nprometheus: http://127.0.0.1:9090\nalertmanager: "
    "http://127.0.0.1:9093\nreceiver: { listen: \"127.0.0.1:9099\", name: assay }\ndangerous: [127.0.0.1]\n"
    "expect: { pending_within: 6s, firing_within: 8s, notified_within: 12s, resolved_within: 6s, "
    "resolved_notified_within: 12s }\n";
const std::string kPostgres =
    kCommon +
    "inject: { postgres: { address: \"127.0.0.1:5432\", user: app, password: x, connections: 45 } }";

client::Answer ended_by_words(const std::string& heard) {
  return dialled({heard}, client::Trouble::protocol);
}

// A server that lets some connections in, and may end them at a poll.
struct Pool {
  AlertWorld& alerts;
  std::size_t room = 1000;
  int ends_at_poll = 1000;
  std::string refusal = pg_error("53300", "sorry, too many clients already");
  std::size_t let_in = 0;
  int looks = 0;
  bool released = false;

  client::Answer operator()(const client::Ask& ask) {
    if (ask.label.starts_with("connection ")) {
      const auto& dial = std::get<client::DialAsk>(ask.what);
      CHECK(dial.host == "127.0.0.1");
      CHECK_FALSE(dial.hold_as.empty());
      alerts.begin_fault();
      if (let_in == room) return ended_by_words(refusal);
      ++let_in;
      return dialled({pg_demand(0) + kPgReady});
    }
    const auto* held = std::get_if<client::HeldAsk>(&ask.what);
    if (held == nullptr) return alerts(ask);
    client::HeldAnswer answer;
    answer.open = let_in;
    if (held->release) {
      released = true;
      alerts.end_fault();
      CHECK_FALSE(held->farewell.empty());
    } else if (++looks >= ends_at_poll) {
      answer.open -= 2;
      answer.lost.assign(2, {pg_error("57P01", "terminating connection"), "the peer closed the connection"});
    }
    client::Answer got;
    got.what = std::move(answer);
    return got;
  }
};

Judgement pooled(Pool& pool, std::vector<std::string>* asked = nullptr) {
  return judged(
      made(kPostgres), [&](const client::Ask& ask) { return pool(ask); }, asked);
}

}  // namespace

TEST_CASE("alert-lifecycle: connections are opened a few at a time, held and released") {
  AlertWorld alerts({});
  Pool pool{alerts};
  std::vector<std::string> asked;
  const Judgement judgement = pooled(pool, &asked);
  INFO(summary(judgement));
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(pool.let_in == 45);
  CHECK(pool.released);
  CHECK(fact(judgement, "held connections").observed == "45");
  CHECK(std::count(asked.begin(), asked.end(), "clear") == 1);
}

TEST_CASE("alert-lifecycle: a server that takes no more is the fault as well") {
  AlertWorld alerts({});
  Pool pool{alerts, 17};
  const Judgement judgement = pooled(pool);
  INFO(summary(judgement));
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(fact(judgement, "held connections").observed ==
        "17, then the server took no more: FATAL 53300: sorry, too many clients already");
}

TEST_CASE("alert-lifecycle: connections that are not let in, or are lost, prove nothing") {
  const auto told = [](std::size_t room, const std::string& refusal, int ends_at_poll) {
    AlertWorld alerts({});
    Pool pool{alerts, room, ends_at_poll, refusal};
    std::string said = summary(pooled(pool));
    CHECK(pool.released);
    return said;
  };
  CHECK(told(0, pg_error("28P01", "password authentication failed"), 99) ==
        "error: inject: FATAL 28P01: password authentication failed");
  CHECK(told(0, pg_error("53300", "too many clients"), 99) == "error: inject: FATAL 53300: too many clients");
  CHECK(told(5, pg_error("28000", "no"), 99) == "error: inject: FATAL 28000: no");
  CHECK(told(0, pg_demand(7), 99) == "error: inject: the server demands gss, which this side cannot give");
  CHECK(told(99, "", 2) ==
        "error: the fault: 2 of 45 held connections were lost: FATAL 57P01: terminating connection");
}

namespace {

// Carries a conversation out with a broker; the dialogue ends as the client would end it.
client::Answer talked(const client::Ask& ask, MadeUpBroker& broker) {
  const auto& dial = std::get<client::DialAsk>(ask.what);
  const auto& talk = std::get<client::Converse>(dial.moves.back());
  std::string heard;
  for (std::size_t said = 0;;) {
    const client::Turn turn = talk.next(talk.script, heard, said);
    if (turn.then == client::Turn::Then::over) return dialled({heard});
    if (turn.then == client::Turn::Then::give_up) return ended_by_words(heard);
    REQUIRE_FALSE(turn.say.empty());
    ++said;
    heard += broker.answer(turn.say);
  }
}

struct Queue {
  AlertWorld alerts{Story{}};
  bool returns = false, cannot_purge = false;
  std::vector<std::size_t> published{};
  std::string purged{};

  client::Answer operator()(const client::Ask& ask) {
    if (!std::holds_alternative<client::DialAsk>(ask.what)) return alerts(ask);
    MadeUpBroker broker;
    broker.returns = returns;
    broker.closes_channel = cannot_purge && ask.label == "clear";
    client::Answer answer = talked(ask, broker);
    if (!broker.bodies.empty()) published.push_back(broker.bodies.size());
    if (ask.label == "inject") alerts.begin_fault();
    if (ask.label == "clear") {
      purged = broker.purged_queue;
      alerts.end_fault();
    }
    return answer;
  }
};

std::string amqp(const std::string& keys) {
  return kCommon + "inject: { amqp: { address: \"127.0.0.1:5672\", routing_key: orders, " + keys + " } }";
}
Judgement queued(Queue& queue, const std::string& keys) {
  return judged(made(amqp(keys)), [&](const client::Ask& ask) { return queue(ask); });
}

}  // namespace

TEST_CASE("alert-lifecycle: messages are published, confirmed, and purged") {
  Queue queue;
  const Judgement judgement = queued(queue, "messages: 1001, purge: orders");
  INFO(summary(judgement));
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(queue.published == std::vector<std::size_t>{1001});
  CHECK(queue.purged == "orders");
  CHECK(fact(judgement, "messages").observed == "1001 confirmed");
}

TEST_CASE("alert-lifecycle: messages go on at a rate while the fault is wanted") {
  Queue queue;
  const Judgement judgement = queued(queue, "messages: 10, rate: 5/s, purge: orders");
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(queue.published == std::vector<std::size_t>{10, 5, 5, 5, 5, 5});
  CHECK(fact(judgement, "messages").observed == "35 confirmed");
}

TEST_CASE("alert-lifecycle: messages that no queue takes, and a queue that cannot be emptied") {
  Queue returning{.returns = true};
  CHECK(summary(queued(returning, "messages: 3, purge: orders")) ==
        "error: inject: 3 of 3 messages came back: 312 NO_ROUTE");
  CHECK(returning.purged == "orders");
  Queue stuck{.cannot_purge = true};
  CHECK(has(summary(queued(stuck, "messages: 3, purge: orders")),
            "fail: clear: expected the fault taken back, got the broker says 404 NOT_FOUND"));
}

TEST_CASE("alert-lifecycle: what is wrong with a fault on another server names its place") {
  check_mistake(amqp("messages: 1"), "nothing takes the fault back");
  check_mistake(amqp("purge: orders"), "nothing is published");
  check_mistake(amqp("messages: 1, purge: orders") + "\nclear: { command: [purge] }",
                "the fault is taken back in one way");
  check_mistake(
      kCommon + "inject: { amqp: { address: \"10.0.0.7:5672\", routing_key: a, messages: 1, purge: a } }",
      "\"10.0.0.7\" is not allowed");
  check_mistake(kCommon + "inject: { postgres: { address: \"127.0.0.1:5432\", user: app } }",
                "\"connections\" is missing");
  check_mistake(kPostgres + "\nclear: { command: [purge] }", "nothing is left to be taken back here");
}

namespace {

const std::string kGate = R"(version: 1
targets: { candidate: { url: "http://127.0.0.1:8080", headers: { X-Tenant: "7" } } }
variables: { id: "a/b" }
secrets: [ { name: TOKEN, default: "geheim" } ]
scenarios:
  burst:
    weight: 0
    steps:
      - { name: order, post: "/orders/${id}", query: { "a b": [1, 2] }, json: { id: "${id}", n: 3 },
          headers: { Authorization: "Bearer ${TOKEN}" }, timeout: 7s }
      - { name: look, get: /orders }
)";

std::string with_probe(const std::string& gate, const std::string& inject) {
  return gate +
         "probes:\n  - { kind: alert-lifecycle, alert: QueueDeep, prometheus: http://127.0.0.1:9090, "
         "alertmanager: http://127.0.0.1:9093, dangerous: [127.0.0.1], inject: " +
         inject + " }\n";
}

}  // namespace

TEST_CASE("alert-lifecycle: the steps of a scenario go out in order, each when the one before was answered") {
  const StagedGate gate = staged_gate(with_probe(kGate, "{ scenario: burst, rate: 2/s }"));
  INFO(gate.errors);
  REQUIRE(gate.probes.size() == 1);
  AlertWorld alerts({});
  std::map<int, std::vector<std::string>> sent;  // by poll
  bool first = true;
  const Judgement judgement = judged(gate.probes[0], [&](const client::Ask& ask) {
    if (ask.label != "request of the fault") return alerts(ask);
    if (std::exchange(first, false)) alerts.begin_fault();
    const auto& http = std::get<client::HttpAsk>(ask.what);
    sent[alerts.polls()].push_back(http.method + " " + http.url);
    if (http.method == "POST") {
      CHECK(http.body == R"({"id":"a/b","n":3})");
      CHECK(ask.access->timeout == std::chrono::seconds(7));
      std::map<std::string, std::string> headers;
      for (const client::Field& field : http.headers) headers[field.name] = field.value;
      CHECK(headers["Authorization"] == "Bearer geheim");
      CHECK(headers["Content-Type"] == "application/json");
      CHECK(headers["X-Tenant"] == "7");
    }
    return http_answer(500);
  });
  INFO(summary(judgement));
  REQUIRE(sent.size() >= 3);
  const std::string post = "POST http://127.0.0.1:8080/orders/a%2Fb?a%20b=1&a%20b=2",
                    get = "GET http://127.0.0.1:8080/orders";
  CHECK(sent.begin()->second == std::vector<std::string>{post, post});
  CHECK(std::next(sent.begin())->second == std::vector<std::string>{post, post, get, get});
}

TEST_CASE("alert-lifecycle: what only a virtual user can do is no fault, and a fault is no load") {
  const auto errors = [](const std::string& scenario,
                         const std::string& inject = "{ scenario: burst, rate: 2/s }") {
    return staged_gate(with_probe("version: 1\ntargets: { candidate: http://127.0.0.1:8080 }\nscenarios:\n" +
                                      scenario,
                                  inject))
        .errors;
  };
  const std::string steps = "    steps:\n      - { get: /a";
  CHECK(has(errors("  burst:\n    weight: 0\n" + steps + ", extract: { id: { json: /id } } }\n"),
            "a fault extracts nothing"));
  CHECK(has(errors("  burst:\n    weight: 0\n" + steps + ", expect: { status: 200 } }\n"),
            "a fault expects nothing"));
  CHECK(has(errors("  burst:\n    weight: 0\n" + steps + " }\n      - { pause: 1s }\n"),
            "a fault has no pauses"));
  CHECK(has(errors("  burst:\n    weight: 0\n" + steps + " }\n", "{ scenario: brust, rate: 2/s }"),
            "did you mean \"burst\"?"));
  CHECK(has(errors("  burst:\n    weight: 0\n" + steps + " }\n", "{ scenario: burst, rate: 300/s }"),
            "a probe sends at most 200 requests a second"));
  CHECK(
      has(errors("  burst:\n    weight: 0\n" + steps + " }\n", "alert"), "scenario \"burst\" is never sent"));
  const std::string load = "load: { shape: constant-arrival-rate, rate: 1/s, duration: 1m }\n";
  CHECK(has(errors("  burst:\n" + steps + " }\n" + load), "is offered as load as well"));
  CHECK(has(errors("  burst:\n    weight: 0\n" + steps + " }\n" + load), "no scenario is offered as load"));
  CHECK(has(errors("  burst:\n    weight: 0\n" + steps + " }\n", "{ requests: { rate: 1/s }, rate: 1/s }"),
            "this belongs to a scenario"));
}
