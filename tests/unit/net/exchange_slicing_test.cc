// However TCP cuts an answer, the result is the same.
#include <doctest/doctest.h>

#include "exchange_support.h"

using namespace assay;
using namespace assay::net;

namespace {

const std::vector<Answer> kAnswers{
    {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A: b\r\n\r\nhello world"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\nT: "
     "1\r\nU: 2\r\n\r\n"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n"},
    {"HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nContent-Length: 7\r\n\r\n"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", true},
    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 "
     "OK\r\nContent-Length: 2\r\n\r\nok"},
    {"HTTP/1.0 200 OK\r\nServer: old\r\n\r\nuntil the end", false, true},
    {"HTTP/1.1 200 OK\r\n\r\n", false, true},
    {"HTTP/1.1 200 OK\r\nX-Folded: one\r\n two\r\nContent-Length: 1\r\n\r\n.", false},
    {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbye"},
    {"HTTP/1.1 200 \r\nContent-Length: 3\r\n\r\nbye"},
    // Interrupted.
    {"", false, true},
    {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello", false, true},
    {"HTTP/1.1 200 OK\r\nContent-Le", false, true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", false, true},
    // Wrong.
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {"HTTP/1.1 101 Switching Protocols\r\n\r\n"},
    {"HTTP/1.1 200 OK\r\nBroken header\r\n\r\n"},
    {"HTTP/1.1 200 OK\r\nBroken header\r\nand no end", false, true},
    {"HTTP/1.1 2xx OK\r\n\r\n"},
    {"220 smtp.example ESMTP\r\n"},
};

}  // namespace

TEST_CASE("an answer cut in two at any byte gives the same result as the whole") {
  for (const Answer& answer : kAnswers) {
    CAPTURE(answer.bytes);
    const Heard whole = hear(answer);
    for (std::size_t cut = 1; cut < answer.bytes.size(); ++cut) {
      CAPTURE(cut);
      CHECK(hear(answer, {cut}, everything()) == whole);
    }
  }
}

TEST_CASE("an answer cut in three anywhere gives the same result as the whole") {
  for (const Answer& answer : kAnswers) {
    CAPTURE(answer.bytes);
    const Heard whole = hear(answer);
    bool same = true;
    for (std::size_t first = 1; first < answer.bytes.size(); ++first) {
      for (std::size_t second = first + 1; second < answer.bytes.size(); ++second) {
        same = same && hear(answer, {first, second}, everything()) == whole;
      }
    }
    CHECK(same);
  }
}

TEST_CASE("an answer delivered byte by byte gives the same result as the whole") {
  for (const Answer& answer : kAnswers) {
    CAPTURE(answer.bytes);
    CHECK(hear(answer, every_byte(answer), everything()) == hear(answer));
  }
}

TEST_CASE("an answer whose header was seen before gives the same result as the first time") {
  const ResponseInterest interest = everything();
  for (const Answer& answer : kAnswers) {
    CAPTURE(answer.bytes);
    HeaderMemo memo;
    const Heard first = hear(answer, {}, interest, memo);
    CHECK(hear(answer, {}, interest, memo) == first);
    for (std::size_t cut = 1; cut < answer.bytes.size(); ++cut) {
      CAPTURE(cut);
      CHECK(hear(answer, {cut}, interest, memo) == first);
    }
  }
}

TEST_CASE("a header that was seen before says nothing about the body, nor about other questions") {
  const std::string header = "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\n";
  const ResponseInterest interest = everything();
  HeaderMemo memo;
  CHECK(hear({header + "hello"}, {}, interest, memo).body == "hello");
  CHECK(hear({header + "world"}, {}, interest, memo).body == "world");

  const Heard cut = hear({header + "hel", false, true}, {}, interest, memo);
  CHECK(cut.failure == Outcome::closed_early);
  CHECK(cut == hear({header + "hel", false, true}));
  const Heard too_long = hear({header + "hello!"}, {}, interest, memo);
  CHECK(too_long.failure == Outcome::protocol);
  CHECK(too_long == hear({header + "hello!"}));

  CHECK(hear({header, true}, {}, interest, memo) == hear({header, true}));
  const Heard nothing_kept = hear({header + "hello"}, {}, ResponseInterest{}, memo);
  CHECK(nothing_kept.headers.empty());
  CHECK(nothing_kept.body.empty());
  CHECK(nothing_kept.body_bytes == 5);
}

TEST_CASE("headers that differ each time are soon not remembered") {
  HeaderMemo memo;
  const HeaderMemo::Question question{nullptr, false};
  int noted = 0;
  for (int i = 0; i < 640; ++i) {
    CHECK(memo.find(question, "HTTP/1.1 200 OK\r\nX-Id: " + std::to_string(i)) == nullptr);
    if (KnownHeader* known = memo.room_for(question)) {
      known->bytes = "HTTP/1.1 200 OK\r\nX-Id: " + std::to_string(i) + "\r\n\r\n";
      ++noted;
    }
  }
  CHECK(noted < 20);
  const std::string settled = "HTTP/1.1 200 OK\r\n\r\n";
  bool found = false;
  for (int i = 0; i < 100 && !found; ++i) {
    found = memo.find(question, settled) != nullptr;
    if (KnownHeader* known = found ? nullptr : memo.room_for(question)) known->bytes = settled;
  }
  CHECK(found);
}
