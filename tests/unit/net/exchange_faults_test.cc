#include <doctest/doctest.h>

#include "exchange_support.h"

using namespace assay;
using namespace assay::net;
using Progress = Http1Exchange::Progress;

namespace {

Heard closed_after(std::string bytes) { return hear({std::move(bytes), false, true}); }

}  // namespace

TEST_CASE("bytes after the end of the answer are an error") {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  Heard heard = hear({answer + "HTTP/1.1 200 OK\r\n\r\n"});
  CHECK(heard.failure == Outcome::protocol);
  CHECK(heard.reason == "bytes after the end of the answer");
  CHECK(heard.status == 200);
  CHECK_FALSE(heard.reusable);
  CHECK(hear({answer + "x"}, {answer.size()}, everything()) == hear({answer + "x"}));
}

TEST_CASE("a protocol switch that nobody asked for is an error") {
  const Heard heard = hear({"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"});
  CHECK(heard.failure == Outcome::protocol);
  CHECK(heard.reason.find("101") != std::string::npos);
}

TEST_CASE("an answer that is cut off is closed early, with what had arrived") {
  CHECK(closed_after("").reason == "connection closed before the answer began");
  CHECK(closed_after("HTTP/1.1 100 Continue\r\n\r\n").failure == Outcome::closed_early);
  CHECK(closed_after("HTTP/1.1 100 Continue\r\n\r\n").status == 0);
  CHECK(closed_after("HTTP/1.1 200 OK\r\nX-Half").reason ==
        "connection closed inside the header of the answer");

  const Heard heard = closed_after("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
  CHECK(heard.failure == Outcome::closed_early);
  CHECK(heard.reason == "connection closed after 3 bytes of the body");
  CHECK(heard.status == 200);
  CHECK(heard.body == "abc");
  CHECK(closed_after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n").failure ==
        Outcome::closed_early);
}

TEST_CASE("what is not HTTP is a protocol error with a reason") {
  for (const std::string bytes :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nNo Colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "\x15\x03\x01\x00\x02\x02"}) {
    CAPTURE(bytes);
    const Heard heard = closed_after(bytes);
    CHECK(heard.failure == Outcome::protocol);
    CHECK_FALSE(heard.reason.empty());
    CHECK(heard == hear({bytes, false, true}, every_byte({bytes}), everything()));
  }
}

TEST_CASE("a server that does not speak HTTP is noticed at its first bytes") {
  ScratchPool pool;
  HeaderMemo memo;
  Http1Exchange exchange(pool, memo);
  exchange.begin(nullptr, false);
  CHECK(exchange.receive("HTT") == Progress::more);
  CHECK(exchange.receive("Q") == Progress::failed);
}

TEST_CASE("header fields without end are refused") {
  ScratchPool pool;
  HeaderMemo memo;
  Http1Exchange exchange(pool, memo);
  exchange.begin(nullptr, false);
  auto progress = exchange.receive("HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < 100'000 && progress == Progress::more; ++i)
    progress = exchange.receive("X-Field: value\r\n");
  CHECK(progress == Progress::failed);
  CHECK(exchange.failure() == Outcome::protocol);
}

TEST_CASE("a line without end is refused, in the header and between chunks") {
  for (const std::string start :
       {"HTTP/1.1 200 OK\r\nX-Long: ", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x="}) {
    CAPTURE(start);
    ScratchPool pool;
    HeaderMemo memo;
    Http1Exchange exchange(pool, memo);
    exchange.begin(nullptr, false);
    auto progress = exchange.receive(start);
    const std::string more(16'384, 'v');
    for (int i = 0; i < 100 && progress == Progress::more; ++i) progress = exchange.receive(more);
    CHECK(progress == Progress::failed);
    CHECK(exchange.failure() == Outcome::protocol);
  }
}
