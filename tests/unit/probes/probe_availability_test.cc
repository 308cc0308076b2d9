#include "tests/unit/probes/kind_fixture.h"
#include "tests/unit/probes/tick_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

const char* const kWithReadiness = "kind: availability\npath: /shop\nalso: { ready: /health/ready }";

// A status for each path; 0: refused, -1: this machine could not ask.
World world(int user, int ready) {
  return [=](const client::Ask& ask) {
    const int status = ask.label == "GET /shop" ? user : ready;
    if (status == 0) return trouble(client::Trouble::refused, "connect");
    if (status == -1) return trouble(client::Trouble::local, "no file descriptor");
    return http_answer(status);
  };
}

std::string said(const char* probe, int user, int ready) {
  return summary(judged(made(probe), world(user, ready)));
}

// One tick each 100 ms: "a" readiness and user path agree, "l" the readiness lies, "d" it doubts, "-" no
// measure.
std::vector<Tick> readiness_ticks(std::string_view pattern, bool reused = false) {
  std::vector<Tick> ticks;
  for (const char c : pattern) {
    Tick made = tick(100 * static_cast<std::int64_t>(ticks.size()), ProbeState::pass);
    made.reused = reused;
    if (c != '-')
      made.measures.push_back({"readiness", 0, c == 'a' ? "agrees" : c == 'l' ? "lies" : "doubts"});
    ticks.push_back(std::move(made));
  }
  return ticks;
}

Judgement over(std::vector<Tick> ticks) {
  const Probe probe = made(kWithReadiness);
  Judgement judgement;
  probe.kind->over_time(probe, ticks, {}, judgement);
  return judgement;
}

}  // namespace

TEST_CASE("availability: a user path is judged like http, and watched all the time") {
  const Probe probe = made("kind: availability\npath: /shop\nexpect: { status: 200 }");
  CHECK(probe.spec.phase == ProbePhase::continuous);
  CHECK(probe.spec.every == ms(1000));
  CHECK(summary(judged(probe, world(200, 0))) == "pass: status: 200");
  CHECK(summary(judged(probe, world(503, 200))) == "fail: status: expected status 200, got 503");
  CHECK(summary(judged(probe, world(0, 200))) == "fail: GET /shop: expected an answer, got refused: connect");
  CHECK(made("kind: availability\nevery: 50ms").spec.phase == ProbePhase::continuous);
  CHECK(made("kind: availability\nphase: during\nevery: 50ms").spec.phase == ProbePhase::during);
  CHECK(made("kind: availability\nphase: post").spec.every == ms(0));
}

TEST_CASE("availability: the readiness is asked in the same tick") {
  std::vector<std::string> asked;
  const Probe probe = made(kWithReadiness);
  CHECK(probe.kind->next(probe, {}).size() == 2);
  CHECK(judged(probe, world(200, 200), &asked).state() == ProbeState::pass);
  CHECK(asked == std::vector<std::string>{"GET /shop", "GET /health/ready"});
}

TEST_CASE("availability: a readiness that says ready while the user path fails lies") {
  CHECK(said(kWithReadiness, 503, 200) ==
        "fail: lying readiness: expected not ready while the user path fails, got GET /health/ready says "
        "ready, and "
        "the user path does not work: status: expected status 2xx or 3xx, got 503 (and 1 more)");
  CHECK(said(kWithReadiness, 0, 200).starts_with("fail: lying readiness"));
}

TEST_CASE("availability: a readiness that fails while the user path works is worth a warning") {
  CHECK(said(kWithReadiness, 200, 503) ==
        "warn: readiness: expected ready, as the user path works, got GET /health/ready: expected status "
        "2xx, got 503");
  CHECK(said(kWithReadiness, 200, 0).starts_with("warn: readiness"));
  // A redirect to a page that asks for a login says nothing about being ready.
  CHECK(said(kWithReadiness, 200, 302).starts_with("warn: readiness"));
}

TEST_CASE("availability: an honest readiness does not excuse the user path") {
  CHECK(said(kWithReadiness, 503, 503).starts_with("fail: status"));
}

TEST_CASE("availability: a readiness that could not be asked is no pass") {
  CHECK(said(kWithReadiness, 200, -1).starts_with("error: readiness"));
  CHECK(said(kWithReadiness, -1, 200).starts_with("error: GET /shop"));
  CHECK(judged(made(kWithReadiness), world(200, -1)).measures().empty());
}

TEST_CASE("availability: over time, a readiness that lies two ticks in a row fails") {
  CHECK(summary(over(readiness_ticks("aaaa"))) == "pass: readiness: the same 4 times");
  CHECK(
      summary(over(readiness_ticks("aalla"))) ==
      "fail: lying readiness: expected not ready while the user path fails, got ready 2 of 5 times, first at "
      "0.200 s, up to 2 ticks in a row");
  CHECK(summary(over(readiness_ticks("ala-la"))).starts_with("warn: lying readiness"));
  CHECK(over(readiness_ticks("al-la")).state() == ProbeState::fail);
  CHECK(summary(over(readiness_ticks("aada"))) ==
        "warn: readiness: expected ready while the user path works, got not ready 1 of 4 times, first at "
        "0.200 s");
  CHECK(over(readiness_ticks("---")).state() == ProbeState::error);
}

TEST_CASE("availability: ticks on new and on kept connections are rows of their own") {
  std::vector<Tick> ticks = readiness_ticks("alaa");
  const std::vector<Tick> kept = readiness_ticks("alaa", true);
  ticks.insert(ticks.end(), kept.begin(), kept.end());
  CHECK(over(ticks).state() == ProbeState::warn);
}

TEST_CASE("availability: mistakes are refused") {
  const auto error = [](const char* probe, const char* sentence) {
    INFO(staged(probe).errors);
    CHECK(staged(probe).errors.find(sentence) != std::string::npos);
  };
  error("kind: availability\npath: shop", "a path starts with \"/\"");
  error("kind: availability\nalso: {}", "\"ready\" is missing");
  error("kind: availability\nalso: { redy: /r }", "did you mean \"ready\"?");
  error("kind: availability\nalso: { ready: health }", "a path starts with \"/\"");
  error("kind: availability\npath: /a\nalso: { ready: /a }", "the readiness is also the user path");
}
