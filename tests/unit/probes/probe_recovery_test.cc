#include <chrono>
#include <utility>
#include <vector>

#include "probes/iso_time.h"
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;

namespace {

const WallTime kDeclared = *parse_iso_time("2026-02-14T09:00:00Z");

// A service that is down for a while, and a clock that only moves as answers and pauses take time.
struct Drill {
  Nanos down{0};  // since the start
  Nanos answer_takes = 100ms;
  int start_code = 0;
  client::Answer marker = http_answer(200, {}, R"({"at":"2026-02-14T08:30:00Z"})");

  Nanos now{0};
  std::vector<std::string> asked{};
  std::vector<Nanos> pauses{};

  client::Answer answer(const client::Ask& ask) {
    client::Answer made = respond(ask);
    made.started = TimePoint(now + 1000s);
    made.started_wall = kDeclared + std::chrono::duration_cast<WallTime::duration>(now);
    made.phases.done = answer_takes;
    return made;
  }

  client::Answer respond(const client::Ask& ask) const {
    if (std::holds_alternative<client::CommandAsk>(ask.what)) {
      client::Answer made;
      made.what =
          client::CommandAnswer{start_code, std::nullopt, "", start_code == 0 ? "" : "no such cluster"};
      return made;
    }
    if (now < down) return trouble(client::Trouble::refused, "connect: Connection refused");
    return ask.label == "GET /last" ? marker : http_answer(200);
  }

  Judgement run(const Probe& probe) {
    std::vector<Exchange> exchanges;
    while (exchanges.size() < 100'000) {
      const std::vector<client::Ask> asks = probe.kind->next(probe, exchanges);
      if (asks.empty()) break;
      for (const client::Ask& ask : asks) take(ask, exchanges);
      now += std::holds_alternative<client::PauseAsk>(asks[0].what) ? Nanos(0) : answer_takes;
    }
    return probe.kind->judge(probe, exchanges);
  }

  void take(const client::Ask& ask, std::vector<Exchange>& exchanges) {
    asked.push_back(ask.label);
    if (const auto* pause = std::get_if<client::PauseAsk>(&ask.what)) {
      pauses.push_back(pause->length);
      now += pause->length;
      exchanges.push_back({ask, {}});
    } else {
      exchanges.push_back({ask, answer(ask)});
    }
  }
};

Probe drill_probe(const std::string& keys) {
  return made("kind: recovery\nsmoke: [/health, /orders]\ninterval: 5s\nrto: 1m\n" + keys);
}

bool refused(std::string_view keys, std::string_view sentence) {
  const std::string errors = staged("kind: recovery\n" + std::string(keys)).errors;
  INFO(errors);
  return errors.find(sentence) != std::string::npos;
}

}  // namespace

TEST_CASE("recovery: the stopwatch runs from the declared failure to the first round in which all pass") {
  Drill drill{.down = 12s};
  CHECK(summary(drill.run(drill_probe("start: [kill-primary]"))) ==
        "pass: recovery: after 15.2s, in round 4");
  CHECK(drill.asked[0] == "kill-primary");
  CHECK(drill.asked[1] == "GET /health");
  CHECK(drill.asked[2] == "GET /orders");
  CHECK(drill.asked[3] == "pause");
  CHECK(drill.pauses == std::vector<Nanos>(3, 4900ms));  // rounds begin an interval apart
}

TEST_CASE("recovery: without a command the failure is declared by the probe itself") {
  Drill drill{.down = 7s};
  CHECK(summary(drill.run(drill_probe(""))) == "pass: recovery: after 10.1s, in round 3");
  Drill healthy;
  CHECK(summary(healthy.run(drill_probe(""))) == "pass: recovery: after 100ms, in round 1");
}

TEST_CASE("recovery: the time that the command takes counts") {
  Drill drill{.answer_takes = 40s};
  CHECK(summary(drill.run(drill_probe("start: [kill-primary]"))) ==
        "fail: recovery: expected within 1m, got after 1m20s, in round 1");
}

TEST_CASE("recovery: one round after the objective is the last") {
  Drill drill{.down = 10'000s};
  CHECK(summary(drill.run(drill_probe(""))) ==
        "fail: recovery: expected within 1m, got none after 1m and 13 rounds: GET /health: expected an "
        "answer, got "
        "refused: connect: Connection refused");
  CHECK(drill.now < 61s);
}

TEST_CASE("recovery: a slow round makes no pause longer or negative") {
  Drill drill{.down = 30s, .answer_takes = 8s};
  CHECK(drill.run(drill_probe("")).state() == ProbeState::pass);
  CHECK(drill.pauses == std::vector<Nanos>(4, Nanos(0)));
}

TEST_CASE("recovery: a single smoke request that fails keeps the stopwatch running") {
  const Probe probe =
      made("kind: recovery\nsmoke: /health\nexpect: { status: 200, json: { /ok: true } }\nrto: 1m");
  Drill drill;  // the answers have no JSON
  CHECK(summary(drill.run(probe)).find("rounds: GET /health: json /ok: ") != std::string::npos);
}

TEST_CASE("recovery: a failure that was not declared measures nothing") {
  Drill drill{.start_code = 3};
  CHECK(summary(drill.run(drill_probe("start: [kill-primary]"))) ==
        "error: start: the failure was not declared: the command ended with 3: no such cluster");
  CHECK(drill.asked.size() == 1);
}

TEST_CASE("recovery: the marker tells how much data was lost") {
  const std::string keys = "start: [kill-primary]\nrpo: 1h\nmarker: { path: /last, json: /at }";
  const auto with = [&](client::Answer marker, const std::string& more) {
    Drill drill{.down = 3s, .marker = std::move(marker)};
    const std::string said = summary(drill.run(drill_probe(more)));
    CHECK(drill.asked.back() == "GET /last");
    return said;
  };
  const auto body = [](std::string json) { return http_answer(200, {}, std::move(json)); };
  CHECK(with(body(R"({"at":"2026-02-14T08:30:00Z"})"), keys) == "pass: all 2 facts hold");
  CHECK(with(body(R"({"at":"2026-02-14T08:30:00+01:00"})"), keys) ==
        "fail: data lost: expected at most the last 1h, got the last 1h30m (the marker is of "
        "2026-02-14T07:30:00.000Z)");
  CHECK(with(body(R"({"at":"2026-02-14T09:05:00Z"})"), keys).find("does not tell what was lost") !=
        std::string::npos);
  CHECK(with(body(R"({"at":"2026-02-14T09:05:00Z"})"), keys).starts_with("error"));
  CHECK(with(body(R"({"at":"2026-02-14T08:30:00"})"), keys).find("has no zone") != std::string::npos);
  CHECK(with(body("{}"), keys) == "fail: data lost: expected a marker at /at, got none (status 200)");
  CHECK(with(body(R"({"at":null})"), keys).starts_with("fail: data lost"));
  CHECK(with(http_answer(404), keys) == "fail: data lost: expected a marker at /at, got none (status 404)");
  CHECK(with(trouble(client::Trouble::reset, "gone"), keys) ==
        "fail: GET /last: expected the marker, got reset: gone");
}

TEST_CASE("recovery: without recovery the marker is not asked for") {
  Drill drill{.down = 10'000s};
  drill.run(drill_probe("rpo: 1h\nmarker: { path: /last, json: /at }"));
  CHECK(std::count(drill.asked.begin(), drill.asked.end(), "GET /last") == 0);
}

TEST_CASE("recovery: mistakes are refused") {
  CHECK(refused("rto: 1h", "\"smoke\" is missing"));
  CHECK(refused("smoke: /", "\"rto\" is missing"));
  CHECK(refused("smoke: []\nrto: 1h", "smoke"));
  CHECK(refused("smoke: health\nrto: 1h", "a path starts with \"/\""));
  CHECK(refused("smoke: /\nrto: 1h\nstart: kill it", "\"start\" must be a list"));
  CHECK(refused("smoke: /\nrto: 3s", "\"rto\" is shorter than \"interval\""));
  CHECK(refused("smoke: /\nrto: 12h\ninterval: 1s", "more than 5,000 rounds fit into \"rto\""));
  CHECK(refused("smoke: /\nrto: 1h\nrpo: 1h", "nothing tells how much was lost"));
  CHECK(refused("smoke: /\nrto: 1h\nmarker: { path: /a, json: /b }", "the marker is compared with nothing"));
  CHECK(refused("smoke: /\nrto: 1h\nrpo: 1h\nmarker: { path: /a }", "\"json\" is missing"));
  CHECK(refused("smoke: /\nrto: 1h\nrpo: 1h\nmarker: { path: /a, json: b }", "is not a JSON pointer"));
  CHECK(refused("smoke: /\nrto: 1h\nevery: 1s", "cannot be repeated"));
}
