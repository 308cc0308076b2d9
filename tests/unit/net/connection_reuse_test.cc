#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "client.h"
#include "scripted_server.h"

using namespace assay;
using namespace assay::net;

TEST_CASE("keep-alive requests share one connection") {
  ScriptedServer server([](Peer& peer, int) { answer_all(peer, ok_answer()); });
  Client client({server.address()});
  for (int i = 0; i < 5; ++i) {
    const Seen seen = client.exchange();
    CHECK(seen.outcome == Outcome::ok);
    CHECK(seen.status == 200);
    CHECK(seen.body == "hello");
    CHECK(seen.new_connection == (i == 0));
    CHECK((seen.connect > Nanos{0}) == (i == 0));
    CHECK(seen.first_byte > Nanos{0});
    CHECK(seen.done >= seen.sent + seen.first_byte);
    CHECK(seen.bytes_sent == kGet.size());
    CHECK(seen.bytes_received == ok_answer().size());
    CHECK(client.connection->open());
  }
  CHECK(client.route.connections_opened == 1);
  CHECK(client.loop.sockets() == 1);
  CHECK(server.accepted() == 1);
}

TEST_CASE("a new connection is opened after Connection: close, and after close_after") {
  ScriptedServer server([](Peer& peer, int index) {
    answer_all(
        peer, index == 0 ? "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" : ok_answer());
  });
  Client client({server.address()});
  CHECK(client.exchange().outcome == Outcome::ok);
  CHECK_FALSE(client.connection->open());
  CHECK(client.loop.sockets() == 0);

  ExchangeRequest last = client.request();
  last.close_after = true;
  CHECK(client.exchange(last).new_connection);
  CHECK_FALSE(client.connection->open());
  CHECK(client.exchange().new_connection);
  CHECK(client.route.connections_opened == 3);
}

TEST_CASE("an answer that ends with the connection is complete") {
  ScriptedServer server([](Peer& peer, int) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\nuntil");
    peer.send(" the end");
  });
  Client client({server.address()});
  const Seen seen = client.exchange();
  CHECK(seen.outcome == Outcome::ok);
  CHECK(seen.body == "until the end");
  CHECK_FALSE(client.connection->open());
}

TEST_CASE("a server that closes an idle connection is noticed, and nothing fails") {
  ScriptedServer server([](Peer& peer, int index) {
    peer.read_request();
    peer.send(ok_answer());
    if (index > 0) peer.wait_for_close();
  });
  Client client({server.address()});
  CHECK(client.exchange().outcome == Outcome::ok);
  CHECK(client.run_until([&] { return !client.connection->open(); }));
  const Seen seen = client.exchange();
  CHECK(seen.outcome == Outcome::ok);
  CHECK(seen.new_connection);
  CHECK(client.route.stale_retries == 0);
}

TEST_CASE("a request that meets a connection closed by the server is sent once more, under its first stamp") {
  for (const bool abrupt : {false, true}) {
    CAPTURE(abrupt);
    ScriptedServer server([abrupt](Peer& peer, int index) {
      peer.read_request();
      peer.send(ok_answer());
      if (index > 0) return peer.wait_for_close();
      peer.read_request();  // taken, never answered
      if (abrupt) peer.reset();
    });
    Client client({server.address()});
    CHECK_FALSE(client.exchange().outcome != Outcome::ok);
    const TimePoint before = Clock::now();
    client.start(client.request());
    const TimePoint after = Clock::now();
    const Seen seen = client.finish();
    CHECK(seen.outcome == Outcome::ok);
    CHECK(seen.new_connection);
    CHECK(seen.sent >= before);
    CHECK(seen.sent <= after);
    CHECK(client.route.stale_retries == 1);
    CHECK(client.route.connections_opened == 2);
  }
}

TEST_CASE("a request is sent once more only once") {
  ScriptedServer server([](Peer& peer, int index) {
    peer.read_request();
    if (index > 0) return;
    peer.send(ok_answer());
    peer.read_request();
  });
  Client client({server.address()});
  CHECK(client.exchange().outcome == Outcome::ok);
  CHECK(client.exchange().outcome == Outcome::closed_early);
  CHECK(client.route.stale_retries == 1);
}

TEST_CASE("bytes that come while a connection is idle never become the next answer") {
  ScriptedServer server([](Peer& peer, int index) {
    peer.read_request();
    peer.send(ok_answer("first"));
    if (index == 0) {
      // After the client has taken the answer as complete: it waits for the connection to be closed, this
      // side included.
      ::usleep(20'000);
      peer.send("HTTP/1.1 500 Forged\r\nContent-Length: 0\r\n\r\n");
    }
    peer.wait_for_close();
  });
  Client client({server.address()});
  CHECK(client.exchange().status == 200);
  CHECK(client.run_until([&] { return !client.connection->open(); }));
  const Seen seen = client.exchange();
  CHECK(seen.status == 200);
  CHECK(seen.new_connection);
}

TEST_CASE("a unix socket serves like TCP") {
  const auto path =
      std::filesystem::temp_directory_path() / ("assay-net-" + std::to_string(::getpid()) + ".sock");
  std::filesystem::remove(path);
  {
    ScriptedServer server([](Peer& peer, int) { answer_all(peer, ok_answer()); },
                          unix_address(path.string()).value());
    Client client({server.address()});
    CHECK(client.exchange().body == "hello");
    CHECK_FALSE(client.exchange().new_connection);
  }
  Client client({unix_address(path.string()).value()});
  CHECK(client.exchange().outcome == Outcome::connect_refused);  // the socket file is there, nobody listens
  std::filesystem::remove(path);
  CHECK(client.exchange().outcome == Outcome::connect_refused);
}

TEST_CASE("IPv6 serves like IPv4") {
  const Address any = resolve("::1", 0).value().front();
  const int probe = listen_at(any, 1);
  if (probe < 0) {
    MESSAGE("skipped: this machine has no ::1");
    return;
  }
  ::close(probe);
  ScriptedServer server([](Peer& peer, int) { answer_all(peer, ok_answer()); }, any);
  Client client({server.address()});
  CHECK(client.exchange().body == "hello");
  CHECK(server.address().text.starts_with("[::1]:"));
}
