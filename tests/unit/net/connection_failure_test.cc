#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "client.h"
#include "scripted_server.h"

using namespace assay;
using namespace assay::net;

namespace {

// An address at which nothing listens: bound once, so that it was free, and given up.
Address dead_address() {
  const int fd = listen_at(ScriptedServer::loopback(), 1);
  const Address address = local_address(fd, ScriptedServer::loopback());
  ::close(fd);
  return address;
}

}  // namespace

TEST_CASE("nothing listening is connect_refused, and the handler is not called inside start") {
  Client client({dead_address()});
  for (int i = 0; i < 3; ++i) {
    client.start(client.request());
    CHECK(client.connection->busy());
    CHECK_FALSE(client.last.has_value());
    const Seen seen = client.finish();
    CHECK(seen.outcome == Outcome::connect_refused);
    CHECK(seen.detail == client.route.addresses[0].text + ": Connection refused");
    CHECK_FALSE(client.connection->busy());
  }
  CHECK(client.loop.sockets() == 0);
}

TEST_CASE("the next address is tried when one refuses, and connections go round over all of them") {
  ScriptedServer first([](Peer& peer, int) { answer_all(peer, ok_answer("first")); });
  ScriptedServer second([](Peer& peer, int) { answer_all(peer, ok_answer("second")); });
  Client client({first.address(), dead_address(), second.address()});
  ExchangeRequest once = client.request();
  once.close_after = true;
  CHECK(client.exchange(once).body == "first");
  CHECK(client.exchange(once).body == "second");
  CHECK(client.exchange(once).body == "first");
  CHECK(client.exchange(once).body == "second");
}

TEST_CASE("a connection begins at the address that it was given") {
  ScriptedServer first([](Peer& peer, int) { answer_all(peer, ok_answer("first")); });
  ScriptedServer second([](Peer& peer, int) { answer_all(peer, ok_answer("second")); });
  Client client({first.address(), second.address()});
  client.connection = std::make_unique<Http1Connection>(client.loop, client.route, 1);
  CHECK(client.exchange().body == "second");
}

TEST_CASE("no file descriptor left is no_file and says so") {
  ScriptedServer server([](Peer& peer, int) { answer_all(peer, ok_answer()); });
  Client client({server.address(), server.address()}), another({server.address()});
  REQUIRE(another.exchange().outcome == Outcome::ok);  // the server's thread has all the files that it needs
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int next_free = ::dup(STDOUT_FILENO);
  ::close(next_free);
  // Not 0: the server's thread could not even poll then.
  const rlimit none{static_cast<rlim_t>(next_free), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  const Seen seen = client.exchange();
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(seen.outcome == Outcome::no_file);
  CHECK(seen.detail.find("no file descriptor left") != std::string::npos);
  CHECK(client.exchange().outcome == Outcome::ok);
}

TEST_CASE("an answer that is cut off is closed_early, with what had arrived") {
  ScriptedServer server([](Peer& peer, int index) {
    peer.read_request();
    if (index == 0) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  });
  Client client({server.address()});
  Seen seen = client.exchange();
  CHECK(seen.outcome == Outcome::closed_early);
  CHECK(seen.status == 200);
  CHECK(seen.body == "abc");
  CHECK(seen.detail == "connection closed after 3 bytes of the body");
  CHECK(seen.bytes_received > 3);

  seen = client.exchange();
  CHECK(seen.outcome == Outcome::closed_early);
  CHECK(seen.status == 0);
  CHECK(seen.detail == "connection closed before the answer began");
}

TEST_CASE("a reset instead of an answer is closed_early") {
  ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.reset();
  });
  Client client({server.address()});
  const Seen seen = client.exchange();
  CHECK(seen.outcome == Outcome::closed_early);
  CHECK(seen.detail == "Connection reset by peer");
}

TEST_CASE(
    "an answer that is not HTTP, or has bytes after its end, is a protocol error and closes the connection") {
  ScriptedServer server([](Peer& peer, int index) {
    peer.read_request();
    peer.send(index == 0 ? "220 smtp.example ESMTP\r\n" : ok_answer() + "more");
    peer.wait_for_close();
  });
  Client client({server.address()});
  CHECK(client.exchange().outcome == Outcome::protocol);
  CHECK_FALSE(client.connection->open());
  const Seen seen = client.exchange();
  CHECK(seen.outcome == Outcome::protocol);
  CHECK(seen.detail == "bytes after the end of the answer");
  CHECK_FALSE(client.connection->open());
}

TEST_CASE("abort ends the exchange at once, and the connection can be used again") {
  ScriptedServer server([](Peer& peer, int index) {
    peer.read_request();
    if (index > 0) peer.send(ok_answer());
    peer.wait_for_close();
  });
  Client client({server.address()});
  client.start(client.request());
  client.run_until([&] { return server.accepted() == 1; });
  client.connection->abort(Clock::now());
  REQUIRE(client.last.has_value());
  CHECK(client.last->outcome == Outcome::aborted);
  CHECK_FALSE(client.connection->busy());
  CHECK(client.loop.sockets() == 0);
  client.connection->abort(Clock::now());
  CHECK(client.ended == 1);
  CHECK(client.exchange().outcome == Outcome::ok);
}

TEST_CASE("a connection may be destroyed at any moment, also by its own handler") {
  struct Destroyer final : ExchangeHandler {
    std::unique_ptr<Http1Connection> connection;
    int ended = 0;
    void on_exchange_end(Http1Connection&, const ExchangeResult&) override {
      ++ended;
      connection.reset();
    }
  };
  ScriptedServer server([](Peer& peer, int) { answer_all(peer, ok_answer()); });
  for (const Address& address : {server.address(), dead_address()}) {
    Client client({address});
    Destroyer handler;
    handler.connection = std::make_unique<Http1Connection>(client.loop, client.route, 0);
    handler.connection->start(client.request(), handler, Clock::now());
    CHECK(client.run_until([&] { return handler.ended == 1; }));
    CHECK(client.loop.sockets() == 0);

    handler.connection = std::make_unique<Http1Connection>(client.loop, client.route, 0);
    handler.connection->start(client.request(), handler, Clock::now());
    handler.connection.reset();
    client.loop.run_once(Clock::now());
    CHECK(handler.ended == 1);
  }
}
