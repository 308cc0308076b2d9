#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using client::Trouble;

namespace {

constexpr std::string_view kProbe =
    "kind: body-limit\ndangerous: [127.0.0.1]\npath: /upload\nlimit: 10MiB\nmodes: [content-length, chunked, "
    "expect-continue]";
constexpr std::uint64_t kTenMiB = 10'485'760;

// A server that refuses bodies above a limit, and what is wrong with it.
struct Server {
  std::uint64_t limit = kTenMiB;
  int accepts = 201, rejects = 413;
  Trouble after_rejection = Trouble::none;  // what follows the status of a refusal
  bool silent = false;                      // a refusal without a status
  bool checks_chunked = true;
  bool takes_chunked = true;
  bool reads_before_refusal = false;

  client::Answer operator()(const client::Ask& ask) const {
    const auto& http = std::get<client::HttpAsk>(ask.what);
    const bool chunked = http.framing == client::HttpAsk::Framing::chunked;
    if (chunked && !takes_chunked) return http_answer(411);
    if (http.body_zeros <= limit || (chunked && !checks_chunked)) return http_answer(accepts);
    client::Answer answer = silent ? trouble(after_rejection, "why") : http_answer(rejects);
    answer.trouble = after_rejection;
    if (after_rejection != Trouble::none) answer.problem = "why";
    if (reads_before_refusal) std::get<client::HttpAnswer>(answer.what).sent_bytes = http.body_zeros;
    return answer;
  }
};

std::string told(const Server& server, std::string_view probe = kProbe) {
  return summary(judged(made(probe), server));
}

bool refused(std::string_view more, std::string_view sentence) {
  const std::string errors = staged("kind: body-limit\ndangerous: [127.0.0.1]\n" + std::string(more)).errors;
  CAPTURE(errors);
  return errors.find(sentence) != std::string::npos;
}

}  // namespace

TEST_CASE("body-limit: both sides of the boundary, in each mode") {
  std::vector<std::string> asked;
  CHECK(summary(judged(made(kProbe), Server{}, &asked)) == "pass: all 7 facts hold");
  CHECK(asked == std::vector<std::string>{
                     "POST /upload of 10,485,760 B, content-length",
                     "POST /upload of 10,485,761 B, content-length", "POST /upload of 10,485,760 B, chunked",
                     "POST /upload of 10,485,761 B, chunked", "POST /upload of 10,485,760 B, expect-continue",
                     "POST /upload of 10,485,761 B, expect-continue"});
  CHECK(told({.accepts = 404}).starts_with("pass"));
}

TEST_CASE("body-limit: the asks carry zeros in the mode's framing and are never repeated") {
  const Probe probe = made(kProbe);
  std::vector<client::HttpAsk> asks;
  judged(probe, [&](const client::Ask& ask) {
    asks.push_back(std::get<client::HttpAsk>(ask.what));
    return Server{}(ask);
  });
  REQUIRE(asks.size() == 6);
  CHECK(asks[0].method == "POST");
  CHECK(asks[1].body_zeros == kTenMiB + 1);
  CHECK(asks[2].framing == client::HttpAsk::Framing::chunked);
  CHECK(asks[4].expect_continue);
  CHECK_FALSE(asks[0].expect_continue);
}

TEST_CASE("body-limit: an early refusal that breaks the connection counts where its status was read") {
  CHECK(told({.after_rejection = Trouble::reset}).starts_with("pass"));
  CHECK(told({.after_rejection = Trouble::reset, .silent = true}).find("got reset: why, before a status") !=
        std::string::npos);
  CHECK(told({.after_rejection = Trouble::timeout, .silent = true}).find("got hang: why") !=
        std::string::npos);
}

TEST_CASE("body-limit: a smaller limit inside, and whether units are the cause") {
  const std::string inner = told({.limit = 1 << 20});
  CHECK(inner.find("got 413 below the limit: an inner hop limits to less") != std::string::npos);
  const Judgement decimal = judged(made(kProbe), Server{.limit = 10'000'000});
  CHECK(decimal.state() == ProbeState::fail);
  CHECK(decimal.facts().back().observed.starts_with("10,000,000 B is what the target limits to"));
  const Judgement other = judged(made(kProbe), Server{.limit = 1 << 20});
  CHECK(other.facts().back().observed == "413; the units are not the cause");
}

TEST_CASE("body-limit: no limit, and a larger one by its unit") {
  CHECK(
      told({.limit = 1ULL << 40}) ==
      "fail: POST /upload of 10,485,761 B, content-length: expected 413, got 201: the limit is not enforced "
      "(and 2 more)");
  constexpr std::string_view kDecimal = "kind: body-limit\ndangerous: [127.0.0.1]\nlimit: 10MB";
  CHECK(told({.limit = 10'000'000}, kDecimal).starts_with("pass"));
  const Judgement larger = judged(made(kDecimal), Server{});
  CHECK(larger.facts().back().observed.starts_with("10,485,760 B is what the target limits to"));
  CHECK(larger.facts().back().expected == "10MB");
}

TEST_CASE("body-limit: chunked bodies are another matter") {
  CHECK(told({.checks_chunked = false}) ==
        "fail: POST /upload of 10,485,761 B, chunked: expected 413, got 201: the limit does not hold for "
        "chunked "
        "bodies");
  CHECK(told({.takes_chunked = false}) ==
        "warn: POST /upload of 10,485,760 B, chunked: expected neither 413 nor 5xx, got 411: chunked bodies "
        "are "
        "refused");
}

TEST_CASE("body-limit: other statuses on either side") {
  CHECK(told({.accepts = 502}).find("10,485,760 B, content-length: expected neither 413 nor 5xx, got 502") !=
        std::string::npos);
  CHECK(told({.rejects = 400}).find("10,485,761 B, content-length: expected 413, got 400") !=
        std::string::npos);
  CHECK(told({.rejects = 500}).find("expected 413, got 500") != std::string::npos);
  const std::string strict = std::string(kProbe) + "\naccept_status: [201]\nreject_status: [400, 413]";
  CHECK(told({.rejects = 400}, strict).starts_with("pass"));
  CHECK(told({.accepts = 404}, strict).find("expected 201, got 404") != std::string::npos);
}

TEST_CASE("body-limit: expect-continue") {
  CHECK(told({.reads_before_refusal = true}) ==
        "warn: expect-continue: expected a refusal before the body is sent, got 10,485,761 B sent");
  const auto unknown = [](const client::Ask& ask) {
    return std::get<client::HttpAsk>(ask.what).expect_continue ? http_answer(417) : Server{}(ask);
  };
  CHECK(summary(judged(made(std::string(kProbe) + "\naccept_status: 2xx"), unknown))
            .find("417: \"Expect: 100-continue\" is not understood") != std::string::npos);
}

TEST_CASE("body-limit: this machine's trouble says nothing about the target") {
  const auto local = [](const client::Ask&) { return trouble(Trouble::local, "no descriptor"); };
  CHECK(judged(made(kProbe), local).state() == ProbeState::error);
  const auto down = [](const client::Ask&) { return trouble(Trouble::refused, "down"); };
  CHECK(judged(made(kProbe), down).state() == ProbeState::fail);
}

TEST_CASE("body-limit: mistakes name what to write") {
  CHECK(refused("path: /", "\"limit\" is missing"));
  CHECK(refused("limit: 10", "has no unit"));
  CHECK(refused("limit: 10mb", "is not a unit of size"));
  CHECK(refused("limit: 0B", "out of range"));
  CHECK(refused("limit: 5GiB", "out of range"));
  CHECK(refused("limit: 1MiB\nmethod: GET", "GET carries no body"));
  CHECK(refused("limit: 1MiB\nmodes: []", "\"modes\" is empty"));
  CHECK(refused("limit: 1MiB\nmodes: [chunk]", "cannot be \"chunk\""));
  CHECK(refused("limit: 1MiB\nmodes: [chunked, chunked]", "the same mode twice"));
  CHECK(refused("limit: 1MiB\nmodes: [chunked]\nhttp_version: \"1.0\"", "HTTP/1.0 has no chunked bodies"));
  CHECK(refused("limit: 1MiB\naccept_status: 4xx", "413 would both accept and reject"));
  CHECK(refused("limit: 1MiB\nreject_status: 4133", "is not a status"));
  CHECK(refused("limit: 1MiB\nretries: 2", "never sent again"));
  CHECK(refused("limit: 1MiB\nevery: 1s", "never runs while load runs"));
  CHECK(staged("kind: body-limit\nlimit: 1MiB").errors.find("may disturb its target") != std::string::npos);
}
