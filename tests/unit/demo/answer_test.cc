#include "demo/answer.h"

#include <doctest/doctest.h>

#include <vector>

using namespace assay;
using namespace assay::demo;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> pieces(const Answer& answer, bool head_only = false) {
  AnswerStream stream;
  stream.begin(answer, head_only);
  std::vector<std::string> all;
  for (std::string piece; stream.next(piece);) all.push_back(piece);
  return all;
}

std::string whole(const Answer& answer, bool head_only = false) {
  std::string all;
  for (const std::string& piece : pieces(answer, head_only)) all += piece;
  return all;
}

}  // namespace

TEST_CASE("a small answer is one piece with its length") {
  Answer answer;
  answer.body = "hello";
  const auto all = pieces(answer);
  REQUIRE(all.size() == 1);
  CHECK(
      all[0] ==
      "HTTP/1.1 200 OK\r\nServer: assay-demo\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
}

TEST_CASE("HEAD and statuses without a body send no body") {
  Answer answer;
  answer.body = "hello";
  CHECK(whole(answer, true).ends_with("Content-Length: 5\r\n\r\n"));
  for (const unsigned status : {204U, 304U}) {
    answer.status = status;
    CHECK(whole(answer).ends_with("\r\n\r\n"));
    CHECK(whole(answer).find("Content-Length") == std::string::npos);
  }
}

TEST_CASE("a chunked answer ends with the last chunk") {
  Answer answer;
  answer.body = "hello";
  answer.chunked = true;
  CHECK(whole(answer).ends_with("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
  answer.body.clear();
  CHECK(whole(answer).ends_with("chunked\r\n\r\n0\r\n\r\n"));
}

TEST_CASE("a large body comes in pieces of bounded size") {
  Answer answer;
  answer.filler_bytes = 1'000'000;
  const auto all = pieces(answer);
  CHECK(all.size() == 16);
  std::size_t total = 0;
  for (const std::string& piece : all) {
    CHECK(piece.size() < 66'000);
    total += piece.size();
  }
  CHECK(total == 1'000'000 + whole(answer, true).size());
}

TEST_CASE("a drip sends so many bytes in each piece") {
  Answer answer;
  answer.body = "abcdefgh";
  answer.drip = {3, 10ms};
  const auto all = pieces(answer);
  REQUIRE(all.size() == 3);
  CHECK(all[0].ends_with("\r\n\r\nabc"));
  CHECK(all[1] == "def");
  CHECK(all[2] == "gh");
}

TEST_CASE("an interim answer comes first and extra bytes come last") {
  Answer answer;
  answer.body = "hello";
  answer.interim_status = 103;
  answer.extra_bytes = 3;
  CHECK(whole(answer).starts_with("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n"));
  CHECK(whole(answer).ends_with("helloxxx"));
}

TEST_CASE("a cleared answer is like a new one") {
  Answer answer;
  answer.status = 500;
  answer.fields = "A: b\r\n";
  answer.body = "x";
  answer.filler_bytes = answer.extra_bytes = 7;
  answer.chunked = answer.close = true;
  answer.interim_status = 103;
  answer.drip = {1, 1ms};
  answer.clear();
  CHECK(whole(answer) == whole(Answer{}));
}
