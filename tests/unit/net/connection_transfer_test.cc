// Bodies that do not fit into one read or one write.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "client.h"
#include "scripted_server.h"

using namespace assay;
using namespace assay::net;

namespace {

std::string post(const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

// Different everywhere, so that a lost or doubled piece is seen.
std::string long_text(std::size_t lines) {
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("a request larger than the socket's buffers arrives whole") {
  std::string received;
  const std::string sent = post(long_text(500'000));
  {
    ScriptedServer server([&received](Peer& peer, int) {
      received = peer.read_request();
      peer.send(ok_answer());
      answer_all(peer, ok_answer());
    });
    Client client({server.address()});
    const Seen seen = client.exchange(client.request(sent));
    CHECK(seen.outcome == Outcome::ok);
    CHECK(seen.bytes_sent == sent.size());
    CHECK(seen.first_byte > Nanos{0});
    CHECK(client.connection->open());
    CHECK_FALSE(client.exchange().new_connection);
  }
  CHECK((received == sent));
}

TEST_CASE("an answer larger than the inbox arrives whole, and only the wanted part is kept") {
  const std::string body = long_text(300'000);
  ScriptedServer server([&body](Peer& peer, int) { answer_all(peer, ok_answer(body)); });
  Client client({server.address()});
  client.interest.body_limit = body.size();
  Seen seen = client.exchange();
  CHECK(seen.outcome == Outcome::ok);
  CHECK((seen.body == body));

  client.interest.body_limit = 10;
  seen = client.exchange();
  CHECK(seen.body == body.substr(0, 10));
  CHECK(seen.body_bytes == body.size());
  CHECK_FALSE(seen.new_connection);
}

TEST_CASE("an answer that drips in byte by byte arrives whole") {
  ScriptedServer server([](Peer& peer, int) {
    while (!peer.read_request().empty()) {
      for (const char c :
           std::string("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n")) {
        peer.send({&c, 1});
        ::usleep(100);
      }
    }
  });
  Client client({server.address()});
  for (int i = 0; i < 3; ++i) {
    const Seen seen = client.exchange();
    CHECK(seen.outcome == Outcome::ok);
    CHECK(seen.body == "abcde");
    CHECK(seen.new_connection == (i == 0));
  }
}

TEST_CASE("an answer that comes before the request was taken counts, and the connection is not used again") {
  std::promise<void>
      over;  // until then nothing is read: whoever reads may have read all before the answer is seen
  ScriptedServer server([&](Peer& peer, int) {
    peer.send("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n");
    over.get_future().wait();
  });
  Client client({server.address()});
  const std::string sent = post(std::string(64u << 20, 'x'));
  const Seen seen = client.exchange(client.request(sent));
  over.set_value();
  CHECK(seen.outcome == Outcome::ok);
  CHECK(seen.status == 413);
  CHECK(seen.bytes_sent < sent.size());
  CHECK_FALSE(client.connection->open());
}

TEST_CASE("a server that stops taking the request is closed_early") {
  ScriptedServer server([](Peer& peer, int) { peer.reset(); });
  Client client({server.address()});
  const std::string sent = post(std::string(64u << 20, 'x'));
  const Seen seen = client.exchange(client.request(sent));
  const bool refused =
      seen.outcome == Outcome::connect_refused;  // the reset came before the connection was seen to stand
  CHECK((refused || seen.outcome == Outcome::closed_early));
}

TEST_CASE("the handler may start the next exchange, and still sees its own answer afterwards") {
  struct Chain final : ExchangeHandler {
    ExchangeRequest request;
    std::vector<std::string> bodies;
    void on_exchange_end(Http1Connection& connection, const ExchangeResult& result) override {
      if (bodies.size() < 50) connection.start(request, *this, result.done);
      bodies.emplace_back(result.response.body);
    }
  };
  ScriptedServer server([](Peer& peer, int) {
    for (int i = 0; !peer.read_request().empty(); ++i) peer.send(ok_answer(std::to_string(i)));
  });
  Client client({server.address()});
  Chain chain;
  chain.request = client.request();
  client.connection->start(chain.request, chain, Clock::now());
  CHECK(client.run_until([&] { return chain.bodies.size() == 51; }));
  REQUIRE(chain.bodies.size() == 51);
  CHECK(chain.bodies.front() == "0");
  CHECK(chain.bodies.back() == "50");
}
