#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "net/socket.h"
#include "scripted_server.h"

using namespace assay;
using namespace assay::net;
using namespace std::chrono_literals;

namespace {

void say_nothing(Peer& peer, int) { peer.wait_for_close(); }

// Listens with a queue of waiting connections that is full, so that further connects hang.
class FullServer {
 public:
  FullServer()
      : fd_(listen_at(ScriptedServer::loopback(), 0)),
        address_(local_address(fd_, ScriptedServer::loopback())) {
    for (int i = 0; i < 4; ++i) waiting_.push_back(begin_connect(address_).fd);
  }
  ~FullServer() {
    for (const int fd : waiting_) ::close(fd);
    ::close(fd_);
  }
  const Address& address() const { return address_; }

 private:
  int fd_;
  Address address_;
  std::vector<int> waiting_;
};

}  // namespace

TEST_CASE("a connect that is never answered ends as connect_timeout") {
  const FullServer server;
  Client client({server.address()});
  ExchangeRequest request = client.request();
  request.timeouts.connect = 30ms;
  request.timeouts.total = 10s;
  const Seen seen = client.exchange(request);
  CHECK(seen.outcome == Outcome::connect_timeout);
  CHECK(seen.detail == "no connection within 30 ms");
  CHECK(seen.done - seen.sent >= 30ms);
  CHECK(client.loop.sockets() == 0);
}

TEST_CASE("the limit of the whole exchange covers the connect too") {
  const FullServer server;
  Client client({server.address()});
  ExchangeRequest request = client.request();
  request.timeouts.connect = 10s;
  request.timeouts.total = 30ms;
  CHECK(client.exchange(request).outcome == Outcome::connect_timeout);
}

TEST_CASE("a server that accepts and says nothing ends as response_timeout") {
  ScriptedServer server(say_nothing);
  Client client({server.address()});
  ExchangeRequest request = client.request();
  request.timeouts.first_byte = 30ms;
  Seen seen = client.exchange(request);
  CHECK(seen.outcome == Outcome::response_timeout);
  CHECK(seen.detail == "no byte of an answer within 30 ms");
  CHECK(seen.done - seen.sent >= 30ms);
  CHECK_FALSE(client.connection->open());

  request.timeouts = {};
  request.timeouts.total = 30ms;
  CHECK(client.exchange(request).outcome == Outcome::response_timeout);
}

TEST_CASE(
    "an answer that begins and does not end is stopped by the limit of the whole, and not by that of the "
    "first byte") {
  ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    peer.wait_for_close();
  });
  Client client({server.address()});
  ExchangeRequest request = client.request();
  request.timeouts.first_byte = 2s;
  request.timeouts.total = 60ms;
  const Seen seen = client.exchange(request);
  CHECK(seen.outcome == Outcome::response_timeout);
  CHECK(seen.status == 200);
  CHECK(seen.body == "abc");
  CHECK(seen.detail == "answer not complete within 60 ms");
}

TEST_CASE("a request in time leaves no deadline behind") {
  ScriptedServer server([](Peer& peer, int index) {
    if (index == 0) answer_all(peer, ok_answer());
  });
  Client client({server.address()});
  ExchangeRequest request = client.request();
  request.timeouts.total = 20ms;
  CHECK(client.exchange(request).outcome == Outcome::ok);
  const TimePoint later = Clock::now() + 60ms;
  while (Clock::now() < later) client.loop.run_once(later);
  CHECK(client.ended == 1);
  CHECK(client.connection->open());
}

TEST_CASE("many connections are all expired") {
  ScriptedServer server(say_nothing);
  Client client({server.address()});
  std::vector<std::unique_ptr<Http1Connection>> connections;
  ExchangeRequest request = client.request();
  request.timeouts.total = 50ms;
  for (int i = 0; i < 20; ++i) {
    connections.push_back(std::make_unique<Http1Connection>(client.loop, client.route, 0));
    connections.back()->start(request, client, Clock::now());
  }
  CHECK(client.run_until([&] { return client.ended == 20; }));
  CHECK(client.loop.sockets() == 0);
}
