#include "demo/target_server.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "loopback_client.h"

using namespace assay;
using namespace assay::demo;
using namespace std::chrono_literals;

TEST_CASE("a server listens on a free port and answers") {
  const auto server = started({});
  CHECK(server->port() != 0);
  CHECK(server->url() == "http://127.0.0.1:" + std::to_string(server->port()));
  CHECK(exchange(server->port(), "GET /health").starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("a server listens on IPv6") {
  TargetOptions options;
  options.address = "::1";
  CHECK(started(options)->url().starts_with("http://[::1]:"));
}

TEST_CASE("addresses that others can reach are refused unless allowed") {
  TargetOptions options;
  options.address = "0.0.0.0";
  const auto refused = TargetServer::start(options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message().find("other machines") != std::string::npos);
}

TEST_CASE("an address that is none and a port that is taken are errors") {
  TargetOptions options;
  options.address = "localhost.";
  CHECK_FALSE(TargetServer::start(options));
  const auto first = started({});
  TargetOptions same_port;
  same_port.port = first->port();
  const auto second = TargetServer::start(same_port);
  REQUIRE_FALSE(second);
  CHECK(second.error().message().find(std::to_string(first->port())) != std::string::npos);
}

TEST_CASE("one connection carries many requests") {
  const auto server = started({});
  LoopbackClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /status/200 HTTP/1.1\r\nHost: test\r\n\r\n");
    CHECK(client.receive_until("200\n").starts_with("HTTP/1.1 200"));
  }
  CHECK(server->counters().connections == 1);
  CHECK(server->counters().requests == 3);
}

TEST_CASE("requests sent at once are answered in order") {
  const auto server = started({});
  LoopbackClient client(server->port());
  client.send("GET /status/201 HTTP/1.1\r\nHost: t\r\n\r\nGET /status/202 HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.receive_until("201\n").starts_with("HTTP/1.1 201"));
  CHECK(client.receive_until("202\n").starts_with("HTTP/1.1 202"));
}

TEST_CASE("a request may arrive byte by byte") {
  const auto server = started({});
  LoopbackClient client(server->port());
  for (const char c :
       std::string("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")) {
    client.send({&c, 1});
  }
  CHECK(client.receive_all().find(R"("body":"hi")") != std::string::npos);
}

TEST_CASE("a header larger than the first buffer is read") {
  const auto server = started({});
  const std::string field = "X-Long: " + std::string(20'000, 'a') + "\r\n";
  CHECK(exchange(server->port(), "GET /echo", field).find(std::string(20'000, 'a')) != std::string::npos);
}

TEST_CASE("chunked request bodies are put together") {
  const auto server = started({});
  LoopbackClient client(server->port());
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
  client.send("2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
  CHECK(client.receive_all().find(R"("body":"abc")") != std::string::npos);
}

TEST_CASE("what is not HTTP is answered with 400 and the end of the connection") {
  const auto server = started({});
  LoopbackClient client(server->port());
  client.send("hello\r\n\r\n");
  CHECK(client.receive_all().starts_with("HTTP/1.1 400"));
  CHECK(server->counters().malformed == 1);
}

TEST_CASE("a large body arrives whole") {
  const auto server = started({});
  CHECK(body_of(exchange(server->port(), "GET /bytes/3000000")).size() == 3'000'000);
}

TEST_CASE("a chunked answer arrives with its last chunk") {
  const auto server = started({});
  CHECK(exchange(server->port(), "GET /chunked/10").ends_with("a\r\nxxxxxxxxxx\r\n0\r\n\r\n"));
}

TEST_CASE("HEAD is answered without a body") {
  const auto server = started({});
  CHECK(exchange(server->port(), "HEAD /bytes/10").ends_with("Content-Length: 10\r\n\r\n"));
}

TEST_CASE("close ends the connection after the answer") {
  const auto server = started(with_path("/once=0ms close"));
  LoopbackClient client(server->port());
  client.send("GET /once HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.receive_all().find("Connection: close\r\n") != std::string::npos);
  CHECK(client.last_error() == 0);
}

TEST_CASE("a reset reaches the client as a reset") {
  const auto server = started(with_path("/gone=0ms resets=100%"));
  LoopbackClient client(server->port());
  client.send("GET /gone HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.receive_all().empty());
  CHECK(client.last_error() == ECONNRESET);
  CHECK(server->counters().resets == 1);
}

TEST_CASE("a dripping body arrives whole") {
  const auto server = started(with_path("/drip=0ms size=10B drip=3B/1ms"));
  CHECK(body_of(exchange(server->port(), "GET /drip")) == std::string(10, 'x'));
}

TEST_CASE("an interim answer precedes the answer and extra bytes follow it") {
  const auto server = started(with_path("/odd=0ms interim=103 extra=4B text=hi"));
  const std::string answer = exchange(server->port(), "GET /odd");
  CHECK(answer.starts_with("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n"));
  CHECK(answer.ends_with("\r\n\r\nhixxxx"));
}

TEST_CASE("injected errors come in the order that the seed decides") {
  const auto ask_twenty = [] {
    const auto server = started(with_path("/items=0ms errors=50%"));
    std::string statuses;
    for (int i = 0; i < 20; ++i) statuses += exchange(server->port(), "GET /items").substr(9, 3);
    // Each exchange ended with the server's close, which comes after the count.
    CHECK(server->counters().server_errors ==
          static_cast<std::uint64_t>(std::count(statuses.begin(), statuses.end(), '5')));
    return statuses;
  };
  const std::string first = ask_twenty();
  CHECK(first.find("500") != std::string::npos);
  CHECK(first.find("200") != std::string::npos);
  CHECK(ask_twenty() == first);
}

TEST_CASE("a delayed answer leaves no earlier than it should") {
  const auto server = started({});
  const TimePoint asked = Clock::now();
  exchange(server->port(), "GET /delay/30");
  CHECK(Clock::now() - asked >= 30ms);
}

TEST_CASE("a stalled server answers when the stall ends") {
  TargetOptions options;
  options.stall = {50ms, 49ms};
  const auto server = started(options);
  CHECK(exchange(server->port(), "GET /health").starts_with("HTTP/1.1 200"));
}

TEST_CASE("stop is clean with idle, waiting and half-read connections, and may be repeated") {
  const auto server = started({});
  LoopbackClient idle(server->port()), waiting(server->port()), half(server->port());
  waiting.send("GET /delay/600000 HTTP/1.1\r\nHost: t\r\n\r\n");
  half.send("GET /hea");
  idle.send("GET /status/200 HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(idle.receive_until("200\n").starts_with("HTTP/1.1 200"));
  const auto all_arrived = [&server] {
    const TargetCounters seen = server->counters();
    return seen.connections == 3 && seen.requests == 2;
  };
  while (!all_arrived()) {
  }
  server->stop();
  server->stop();
  CHECK(idle.receive_all().empty());
  CHECK(waiting.receive_all().empty());
  CHECK(half.receive_all().empty());
  CHECK(server->counters().requests == 2);  // still there after the end
}

TEST_CASE("two servers in one process do not know each other") {
  const auto one = started(with_path("/who=0ms text=one")), two = started(with_path("/who=0ms text=two"));
  CHECK(body_of(exchange(one->port(), "GET /who")) == "one");
  CHECK(body_of(exchange(two->port(), "GET /who")) == "two");
}
