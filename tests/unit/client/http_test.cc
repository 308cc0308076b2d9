// HTTP through the client against servers that behave well, and against some that do not: whatever comes is
// bounded in time and memory, and ends as data.
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <zlib.h>

#include <optional>
#include <string>

#include "client/client.h"
#include "client/http_url.h"
#include "tests/unit/client/raw_server.h"

using namespace assay;
using namespace assay::client;
using namespace std::chrono_literals;

namespace {

class World {
 public:
  Answer ask(HttpAsk http, Nanos timeout = 5s) {
    Access access;
    access.timeout = timeout;
    return ask(std::move(http), access);
  }
  Answer ask(HttpAsk http, const Access& access) {
    const Ask ask{"ask", std::move(http)};
    std::optional<Answer> answer;
    client_->begin(ask, access, [&](Answer got) { answer = std::move(got); });
    const TimePoint deadline = Clock::now() + 20s;
    while (!answer && Clock::now() < deadline) client_->turn(deadline);
    REQUIRE(answer.has_value());
    CHECK(client_->under_way() == 0);
    return *std::move(answer);
  }

 private:
  std::unique_ptr<Client> client_ = std::move(Client::create()).value();
};

HttpAsk get(const RawServer& server, std::string_view path = "/") {
  HttpAsk ask;
  ask.url = server.url(path);
  return ask;
}

RawServer::Script always(std::string answer) {
  return [answer = std::move(answer)](int fd, const std::string&) { say(fd, answer); };
}

// Until the peer has had enough, at most 64 MiB.
void say_for_ever(int fd, std::string_view piece) {
  for (std::size_t sent = 0; sent < (64U << 20) && say(fd, piece); sent += piece.size()) {
  }
}

std::string gzip_of_zeros(std::size_t bytes) {
  std::string out(bytes / 500 + 1000, '\0');
  const std::string zeros(bytes, '\0');
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(zeros.data()));  // NOLINT: zlib's interface
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());  // NOLINT
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

TEST_CASE("http: status, headers in order, body and where it came from") {
  const RawServer server(
      always("HTTP/1.1 200 OK\r\nA: 1\r\nB:  two \r\nA: 3\r\nContent-Length: 5\r\n\r\nhello"));
  const Answer answer = World().ask(get(server));
  REQUIRE(answer.ok());
  const HttpAnswer& http = *answer.http();
  CHECK(http.status == 200);
  CHECK(http.version == "1.1");
  REQUIRE(http.headers.size() == 4);
  CHECK(http.headers[1].value == "two");
  CHECK(http.headers[2].name == "A");
  CHECK(http.body == "hello");
  CHECK(answer.address == server.url("").substr(7));
  CHECK(answer.phases.done >= answer.phases.first_byte);
}

TEST_CASE("http: an interim response is not the answer, and trailers are kept apart") {
  const RawServer server(
      always("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
             "Trailer: Sum\r\n\r\n2\r\nhi\r\n0\r\nSum: 7\r\n\r\n"));
  const Answer answer = World().ask(get(server));
  REQUIRE(answer.ok());
  CHECK(answer.http()->headers.size() == 2);
  CHECK(answer.http()->body == "hi");
  REQUIRE(answer.http()->trailers.size() == 1);
  CHECK(answer.http()->trailers[0].value == "7");
}

TEST_CASE("http: a body of zeros is sent with its length or in chunks, and needs no memory") {
  const auto count = [](HttpAsk::Framing framing) {
    std::string head;
    const RawServer server([&](int fd, const std::string& got) {
      head = got;
      std::string bytes(1 << 16, '\0');
      std::size_t left = 300'000;
      while (left > 0) {
        const ssize_t n = recv(fd, bytes.data(), bytes.size(), 0);
        if (n <= 0) break;
        left -= std::min(left, static_cast<std::size_t>(n));
      }
      say(fd, "HTTP/1.1 204 No Content\r\n\r\n");
    });
    HttpAsk ask = get(server);
    ask.method = "POST";
    ask.body_zeros = 300'000;
    ask.framing = framing;
    const Answer answer = World().ask(ask);
    CHECK(answer.http()->status == 204);
    CHECK(answer.http()->sent_bytes == 300'000);
    return head;
  };
  CHECK(count(HttpAsk::Framing::content_length).find("Content-Length: 300000\r\n") != std::string::npos);
  CHECK(count(HttpAsk::Framing::chunked).find("Transfer-Encoding: chunked\r\n") != std::string::npos);
}

TEST_CASE("http: what is not a whole answer is trouble with its kind") {
  World world;
  CHECK(world.ask(get(RawServer(always("")))).trouble == Trouble::closed);
  CHECK(world.ask(get(RawServer(always("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")))).trouble ==
        Trouble::closed);
  CHECK(world.ask(get(RawServer(always("SSH-2.0-OpenSSH\r\n")))).trouble == Trouble::protocol);
  const RawServer resets([](int fd, const std::string&) {
    const linger now{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  });
  CHECK(world.ask(get(resets)).trouble == Trouble::reset);
  std::string gone;
  {
    const RawServer server(always(""));
    gone = server.url();
  }
  HttpAsk ask;
  ask.url = gone;
  CHECK(world.ask(ask).trouble == Trouble::refused);
}

TEST_CASE("http: a length that is none is not read over") {
  World world;
  for (const std::string_view length : {"99999999999999999999999", "18446744073709551616", "5, 5", "0x5"}) {
    CAPTURE(length);
    const Answer answer = world.ask(get(
        RawServer(always("HTTP/1.1 200 OK\r\nContent-Length: " + std::string(length) + "\r\n\r\nhello"))));
    CHECK(answer.trouble == Trouble::protocol);
    CHECK(answer.http()->status == 200);
  }
  const Answer long_line =
      world.ask(get(RawServer(always("HTTP/1.1 200 OK\r\nA: " + std::string(1 << 20, 'a') + "\r\n\r\n"))));
  CHECK(long_line.trouble == Trouble::too_large);
  CHECK(long_line.problem.find("header") != std::string::npos);
}

TEST_CASE("http: a silent or dripping server costs the timeout and no more") {
  const RawServer silent([](int fd, const std::string&) {
    char c = 0;
    [[maybe_unused]] const ssize_t end = recv(fd, &c, 1, 0);
  });
  World world;
  const Answer answer = world.ask(get(silent), 200ms);
  CHECK(answer.trouble == Trouble::timeout);
  CHECK(answer.phases.done < 2s);
  const RawServer drips([](int fd, const std::string&) {
    if (!say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")) return;
    char c = 0;
    timeval pause{0, 20'000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &pause, sizeof pause);
    while (recv(fd, &c, 1, 0) < 0 && say(fd, "x")) {
    }
  });
  CHECK(world.ask(get(drips), 300ms).trouble == Trouble::timeout);
}

TEST_CASE("http: endless headers, interim responses and bodies end at their limit") {
  World world;
  const RawServer headers([](int fd, const std::string&) {
    say(fd, "HTTP/1.1 200 OK\r\n");
    say_for_ever(fd, "X-Endless: " + std::string(500, 'x') + "\r\n");
  });
  CHECK(world.ask(get(headers)).trouble == Trouble::too_large);
  const RawServer interim(
      [](int fd, const std::string&) { say_for_ever(fd, "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n"); });
  CHECK(world.ask(get(interim)).trouble == Trouble::too_large);
  const RawServer body([](int fd, const std::string&) {
    say(fd, "HTTP/1.1 200 OK\r\n\r\n");
    say_for_ever(fd, std::string(1 << 16, 'x'));
  });
  HttpAsk ask = get(body);
  ask.most_bytes = 1 << 20;
  const Answer answer = world.ask(ask);
  CHECK(answer.trouble == Trouble::too_large);
  CHECK(answer.http()->status == 200);
  CHECK(answer.http()->body.size() <= ask.keep_bytes);
}

TEST_CASE("http: a compressed bomb is counted after decoding, and its size on the wire is known") {
  const std::string bomb = gzip_of_zeros(32U << 20);
  const RawServer server(always("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                                std::to_string(bomb.size()) + "\r\n\r\n" + bomb));
  HttpAsk ask = get(server);
  ask.headers = {{"Accept-Encoding", "gzip"}};
  ask.decode = true;
  ask.most_bytes = 1 << 20;
  CHECK(World().ask(ask).trouble == Trouble::too_large);
  ask.most_bytes = 64U << 20;
  const Answer answer = World().ask(ask);
  REQUIRE(answer.ok());
  CHECK(answer.http()->body_bytes == 32U << 20);
  CHECK(answer.http()->wire_bytes == bomb.size());
}

TEST_CASE("http: a kept connection is used again, and one that had died is told apart") {
  const RawServer server([](int fd, const std::string&) {
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    hear_head(fd);
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    hear_head(fd);  // and closes when it has the third request
  });
  World world;
  HttpAsk ask = get(server);
  ask.reuse = true;
  CHECK_FALSE(world.ask(ask).http()->reused);
  CHECK(world.ask(ask).http()->reused);
  CHECK(server.connections() == 1);
  const Answer third = world.ask(ask);
  CHECK(third.ok());
  CHECK(third.http()->stale_retry);
  CHECK(server.connections() == 2);
  ask.reuse = false;
  CHECK_FALSE(world.ask(ask).http()->reused);
}

TEST_CASE("http: headers that are no headers do not stop it") {
  const RawServer server(always("HTTP/1.1 200 OK\r\nBad\xff: \xfe\x01\r\nContent-Length: 2\r\n\r\n\xff\xfe"));
  const Answer answer = World().ask(get(server));
  CHECK(answer.ok());
  CHECK(answer.http()->status == 200);
  CHECK(answer.http()->body == "\xff\xfe");
}

TEST_CASE("http: nothing is followed") {
  const RawServer server(
      always("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:9/\r\nContent-Length: 0\r\n\r\n"));
  CHECK(World().ask(get(server)).http()->status == 302);
  CHECK(server.connections() == 1);
}

TEST_CASE("routes: another address, another name, another socket") {
  Access access;
  CHECK(route_of("https://a.example/x", access).connect_to.empty());
  access.resolve = {{"a.example", "10.0.0.7"}};
  CHECK(route_of("https://a.example/x", access).connect_to == "::10.0.0.7:443");
  access.connect_to = "[::1]:8443";
  CHECK(route_of("https://a.example/x", access).connect_to == "::[::1]:8443");
  access = {};
  access.server_name = "b.example";
  const HttpRoute renamed = route_of("https://a.example:8443/x?y", access);
  CHECK(renamed.url == "https://b.example:8443/x?y");
  CHECK(renamed.host_header == "a.example:8443");
  CHECK(renamed.connect_to == "::a.example:8443");
  access = {};
  access.connect_to = "unix:/run/x";
  CHECK(route_of("http://localhost/", access).unix_socket == "/run/x");
}
