#include <doctest/doctest.h>

#include "exchange_support.h"

using namespace assay;
using namespace assay::net;
using Progress = Http1Exchange::Progress;

TEST_CASE("an answer with Content-Length ends after that many bytes and leaves the connection usable") {
  const Heard heard = hear({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello"});
  CHECK(heard.progress == Progress::done);
  CHECK(heard.status == 200);
  CHECK(heard.body == "hello");
  CHECK(heard.reusable);
  CHECK(heard.headers ==
        std::vector<std::pair<std::string, std::string>>{{"Content-Length", "5"}, {"X-A", "b"}});
}

TEST_CASE("a chunked answer with trailers keeps the body and not the trailers") {
  const Heard heard =
      hear({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            "3;x=y\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Trailer: no header\r\n\r\n"});
  CHECK(heard.progress == Progress::done);
  CHECK(heard.body == "abcdefg");
  CHECK(heard.headers.size() == 1);
  CHECK(heard.reusable);
}

TEST_CASE("an answer without a length ends with the connection") {
  Answer answer{"HTTP/1.1 200 OK\r\n\r\nall of it"};
  CHECK(hear(answer).progress == Progress::more);
  answer.then_closed = true;
  const Heard heard = hear(answer);
  CHECK(heard.progress == Progress::done);
  CHECK(heard.body == "all of it");
  CHECK_FALSE(heard.reusable);
}

TEST_CASE("answers that never have a body end with their header, whatever length they announce") {
  for (const Answer& answer : {Answer{"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n"},
                               Answer{"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"},
                               Answer{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true},
                               Answer{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true},
                               Answer{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}}) {
    CAPTURE(answer.bytes);
    const Heard heard = hear(answer);
    CHECK(heard.progress == Progress::done);
    CHECK(heard.body_bytes == 0);
    CHECK(heard.reusable);
  }
}

TEST_CASE("interim answers are read past, and their headers are not those of the answer") {
  const Heard heard =
      hear({"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"});
  CHECK(heard.progress == Progress::done);
  CHECK(heard.status == 201);
  CHECK(heard.body == "ok");
  CHECK(heard.headers.size() == 1);
}

TEST_CASE("the answer to HEAD may follow an interim answer") {
  const Heard heard =
      hear({"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n", true});
  CHECK(heard.progress == Progress::done);
  CHECK(heard.status == 200);
}

TEST_CASE("a connection is kept as its version and its Connection header say") {
  struct Case {
    const char* start;
    bool reusable;
  };
  for (const Case& one :
       {Case{"HTTP/1.1 200 OK\r\n", true}, Case{"HTTP/1.1 200 OK\r\nConnection: close\r\n", false},
        Case{"HTTP/1.1 200 OK\r\nConnection: foo, Close\r\n", false}, Case{"HTTP/1.0 200 OK\r\n", false},
        Case{"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n", true}}) {
    CAPTURE(one.start);
    const Heard heard = hear({std::string(one.start) + "Content-Length: 1\r\n\r\nx"});
    CHECK(heard.progress == Progress::done);
    CHECK(heard.reusable == one.reusable);
  }
}

TEST_CASE("only what was asked for is kept") {
  const Answer answer{
      "HTTP/1.1 200 OK\r\nX-One: 1\r\nx-TWO: 2\r\nX-Twofold: 3\r\nContent-Length: 6\r\n\r\nabcdef"};
  ResponseInterest interest;
  interest.headers = {"x-two"};
  Heard heard = hear(answer, {}, interest);
  CHECK(heard.headers == std::vector<std::pair<std::string, std::string>>{{"x-TWO", "2"}});
  CHECK(heard.body.empty());
  CHECK(heard.body_bytes == 6);

  interest.headers.clear();
  interest.body = true;
  interest.body_limit = 4;
  heard = hear(answer, {}, interest);
  CHECK(heard.headers.empty());
  CHECK(heard.body == "abcd");
  CHECK(heard.body_bytes == 6);
}

TEST_CASE("a body larger than Beast's own limit is counted, not stored") {
  constexpr std::size_t kBytes = 20u << 20;
  const ResponseInterest nothing;
  const Heard heard = hear({"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBytes) + "\r\n\r\n" +
                            std::string(kBytes, 'x')},
                           {}, nothing);
  CHECK(heard.progress == Progress::done);
  CHECK(heard.body_bytes == kBytes);
  CHECK(heard.body.empty());
}

TEST_CASE("a header larger than Beast's own limit is taken") {
  const Heard heard =
      hear({"HTTP/1.1 200 OK\r\nX-Long: " + std::string(100'000, 'v') + "\r\nContent-Length: 0\r\n\r\n"});
  CHECK(heard.progress == Progress::done);
  REQUIRE(heard.headers.size() == 2);
  CHECK(heard.headers[0].second.size() == 100'000);
}

TEST_CASE("an exchange that has nothing to keep borrows no memory") {
  ScratchPool pool;
  HeaderMemo memo;
  Http1Exchange exchange(pool, memo);
  exchange.begin(nullptr, false);
  CHECK(exchange.receive("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") == Progress::done);
  CHECK(exchange.view().status == 200);
  CHECK(exchange.release() == nullptr);
}

TEST_CASE("an exchange can be begun again after any end") {
  ScratchPool pool;
  HeaderMemo memo;
  Http1Exchange exchange(pool, memo);
  const ResponseInterest interest = everything();
  for (const std::string_view before :
       {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", "garbage garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-Cut", "HTTP/1.1 100 Continue\r\n\r\n", ""}) {
    exchange.begin(&interest, false);
    exchange.receive(before);
    exchange.begin(&interest, false);
    CHECK_FALSE(exchange.any_received());
    CHECK(exchange.receive("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno") == Progress::done);
    CHECK(exchange.view().status == 404);
    CHECK(exchange.view().body == "no");
    CHECK(exchange.view().headers.size() == 1);
  }
}
