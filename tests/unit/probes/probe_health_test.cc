#include "probes/timestamp.h"
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kFull = R"(kind: health
path: /health
ready: /ready
live: /live
dependencies: { database: /checks/database, redis: /checks/redis }
shape: { /status: string, /uptime: number, /timestamp: string }
uptime: /uptime
timestamp: /timestamp
expect: { json: { /status: healthy } })";
constexpr std::string_view kHealthy =
    R"({"status":"healthy","timestamp":"2026-02-14T09:00:00.125Z","uptime":12.5})";
constexpr std::string_view kReady = R"({"status":"ready","checks":{"database":true,"redis":"UP"}})";

// Answers by path; those that it does not hold are healthy.
struct Bodies {
  std::map<std::string, client::Answer> answers;

  client::Answer operator()(const client::Ask& ask) const {
    client::Answer answer = http_answer(200, {}, std::string(ask.label == "GET /ready" ? kReady : kHealthy));
    if (const auto found = answers.find(ask.label); found != answers.end()) answer = found->second;
    answer.started_wall = parse_iso_time("2026-02-14T09:00:00Z").value();
    answer.phases.done = 1s;
    return answer;
  }
};

std::string reason(std::string label, client::Answer answer, std::string_view probe = kFull) {
  return summary(judged(made(probe), Bodies{{{std::move(label), std::move(answer)}}}));
}

client::Answer body(int status, std::string text) { return http_answer(status, {}, std::move(text)); }

bool refused(std::string_view probe, std::string_view sentence) {
  const std::string errors = staged(probe).errors;
  CAPTURE(errors);
  return errors.find(sentence) != std::string::npos;
}

Tick tick(int second, std::vector<Measure> measures) {
  Tick tick;
  tick.started = std::chrono::seconds(second);
  tick.ended = tick.started + 10ms;
  tick.measures = std::move(measures);
  return tick;
}

Tick up(int second, double uptime) {
  return tick(second, {{"uptime", uptime, std::to_string(static_cast<int>(uptime))}});
}

std::string over_time(std::vector<Tick> ticks, std::string_view more = "") {
  const Probe probe = made("kind: health\nevery: 1s\nuptime: /uptime" + std::string(more));
  Judgement judgement;
  probe.kind->over_time(probe, ticks, {}, judgement);
  return judgement.facts().empty() ? "no facts" : summary(judgement);
}

}  // namespace

TEST_CASE("health: a healthy deployment passes, each endpoint asked once") {
  std::vector<std::string> asked;
  const Judgement judgement = judged(made(kFull), Bodies{}, &asked);
  CHECK(summary(judgement) == "pass: all 11 facts hold");
  CHECK(asked == std::vector<std::string>{"GET /health", "GET /live", "GET /ready"});
  REQUIRE(judgement.measures().size() == 1);
  CHECK(judgement.measures()[0].number == 12.5);
  asked.clear();
  CHECK(judged(made("kind: health"), Bodies{}, &asked).state() == ProbeState::pass);
  CHECK(asked == std::vector<std::string>{"GET /health"});
  asked.clear();
  judged(made("kind: health\nlive: /live\nready: /ready"), Bodies{}, &asked);
  CHECK(asked == std::vector<std::string>{"GET /live", "GET /ready"});
}

TEST_CASE("health: no readiness names the dependency, or that none is named") {
  CHECK(reason("GET /ready", body(503, R"({"checks":{"database":false,"redis":true}})")) ==
        "fail: GET /ready: expected 2xx, got 503: database is false (and 1 more)");
  CHECK(reason("GET /ready", body(503, std::string(kReady))) ==
        "fail: GET /ready: expected 2xx, got 503, and names no dependency that is down");
  CHECK(reason("GET /ready", body(503, "<h1>503")) ==
        "fail: GET /ready: expected 2xx, got 503, with HTML instead of JSON (and 1 more)");
  CHECK(reason("GET /ready", body(200, R"({"checks":{"database":true,"redis":"down"}})")) ==
        R"(fail: dependency redis: expected true, up, ok or healthy, got "down")");
  CHECK(reason("GET /ready", body(200, R"({"checks":{"database":true}})")) ==
        "fail: dependency redis: expected true, up, ok or healthy, got absent");
  CHECK(reason("GET /live", body(302, "")) == "fail: GET /live: expected 2xx, got 302");
}

TEST_CASE("health: liveness that falls with readiness is named") {
  const Bodies world{{{"GET /ready", body(503, R"({"checks":{"database":false,"redis":true}})")},
                      {"GET /live", body(503, "")}}};
  CHECK(summary(judged(made(kFull), world)).find("it fails together with readiness") != std::string::npos);
}

TEST_CASE("health: a hang is a failure, and so is no answer") {
  CHECK(reason("GET /ready", trouble(client::Trouble::timeout, "no answer")) ==
        "fail: GET /ready: expected an answer within 5s, got hang: no answer");
  CHECK(reason("GET /live", trouble(client::Trouble::closed, "cut")) ==
        "fail: GET /live: expected an answer, got closed: cut");
  CHECK(reason("GET /live", trouble(client::Trouble::local, "no descriptor")).starts_with("error: "));
}

TEST_CASE("health: what is not strict JSON fails") {
  const auto fails = [](std::string text, std::string_view cause) {
    const std::string told = reason("GET /ready", body(200, std::move(text)));
    CAPTURE(told);
    return told == "fail: GET /ready: expected JSON, got " + std::string(cause);
  };
  CHECK(fails("<!doctype html>", "HTML"));
  CHECK(fails("", "nothing"));
  CHECK(fails("OK", "text that is not JSON"));
  CHECK(fails(R"({"checks":{"database":true,"red)", "broken or truncated JSON"));
  CHECK(fails(R"({"checks":{"database":true,"redis":NaN}})", "broken or truncated JSON"));
  CHECK(fails(R"({"checks":{"database":false,"redis":true,"database":true}})", "the key \"database\" twice"));
  client::Answer cut = body(200, std::string(kReady));
  std::get<client::HttpAnswer>(cut.what).body_bytes = 5'000'000;
  CHECK(reason("GET /ready", cut).find("that are looked at") != std::string::npos);
}

TEST_CASE("health: types, uptime and clock") {
  const auto main = [](std::string text) { return reason("GET /health", body(200, std::move(text))); };
  CHECK(main(R"({"status":"healthy","timestamp":"2026-02-14T09:00:00Z","uptime":"12"})") ==
        R"(fail: json /uptime: expected number, got string "12" (and 1 more))");
  CHECK(main(R"({"status":"healthy","timestamp":"2026-02-14T09:00:00Z","uptime":-1})") ==
        "fail: uptime /uptime: expected a number from 0 up, got -1");
  CHECK(main(R"({"status":"sick","timestamp":"2026-02-14T09:00:00Z","uptime":1})") ==
        R"(fail: json /status: expected string "healthy", got string "sick")");
  CHECK(main(R"({"status":"healthy","timestamp":"2026-02-14T08:59:23Z","uptime":1})") ==
        "fail: timestamp /timestamp: expected within 5s of this machine's clock, got "
        "\"2026-02-14T08:59:23Z\", 37s behind: an old answer, or a clock that is off");
  CHECK(main(R"({"status":"healthy","timestamp":"2026-02-14T09:01:01Z","uptime":1})").find("1m ahead") !=
        std::string::npos);
  CHECK(main(R"({"status":"healthy","timestamp":"2026-02-14T09:00:00","uptime":1})")
            .find("expected a moment") != std::string::npos);
  CHECK(
      main(R"({"status":"healthy","timestamp":"2026-02-14T10:00:05+01:00","uptime":1})").starts_with("pass"));
}

TEST_CASE("health: ready while the user path fails is a lie") {
  constexpr std::string_view kProbe = "kind: health\nready: /ready\nuser_path: /users";
  CHECK(reason("GET /users", body(502, ""), kProbe) ==
        "fail: lying readiness, GET /users: expected 2xx or 3xx, as GET /ready says ready, got 502");
  CHECK(reason("GET /users", trouble(client::Trouble::reset, "gone"), kProbe)
            .find("lying readiness, GET /users") != std::string::npos);
  CHECK(reason("GET /users", body(200, ""), kProbe).starts_with("pass"));
  CHECK(reason("GET /ready", body(503, ""), kProbe) == "fail: GET /ready: expected 2xx, got 503");
}

TEST_CASE("health: an uptime that drops is a restart") {
  CHECK(over_time({}) == "no facts");
  CHECK(over_time({up(1, 100), up(2, 101), up(3, 102)}) == "pass: uptime: from 100 to 102");
  CHECK(
      over_time({up(1, 100), up(2, 101), up(5, 2), up(6, 3)}) ==
      "fail: uptime: expected that it never drops, got it dropped from 101 to 2 at 5s: a restart, or several "
      "instances answer");
  CHECK(over_time({up(1, 100), up(2, 50), up(3, 102), up(4, 52)}).find("and 1 more times") !=
        std::string::npos);
}

TEST_CASE("health: with a unit, several instances are told from a restart") {
  constexpr std::string_view kUnit = "\nuptime_unit: s";
  CHECK(over_time({up(1, 100), up(2, 50), up(3, 102), up(4, 52)}, kUnit) ==
        "pass: uptime: from 100 to 52, of several instances");
  CHECK(
      over_time({up(1, 100), up(2, 50), up(9, 3), up(10, 58)}, kUnit).find("from 50 to 3 at 9s: a restart") !=
      std::string::npos);
  CHECK(over_time({up(1, 100'000), up(9, 3'000)}, "\nuptime_unit: ms").starts_with("fail"));
  CHECK(over_time({up(1, 100'000), up(9, 90'000)}, "\nuptime_unit: ms").starts_with("pass"));
}

TEST_CASE("health: ticks that overlap are not compared") {
  Tick slow = up(1, 104);
  slow.ended = 5s;
  CHECK(over_time({slow, up(2, 101), up(6, 105)}).starts_with("pass"));
}

TEST_CASE("health: readiness over all ticks") {
  const auto both = [](int second, double ready, double user) {
    return tick(second, {{"ready", ready, {}}, {"user path", user, {}}});
  };
  CHECK(over_time({both(1, 1, 1), both(2, 1, 0), both(3, 1, 0)}) ==
        "fail: lying readiness: expected no tick that is ready while the user path fails, got 2 of 3 ticks, "
        "first at 2s");
  CHECK(over_time({both(1, 1, 1), both(2, 0, 0)}) == "pass: lying readiness: none of 2 ticks");
  CHECK(over_time({both(1, 1, 1), both(2, 0, 1)}).starts_with("warn: flapping readiness"));
}

TEST_CASE("health: moments that servers write") {
  CHECK(parse_json_time("1771059600") == parse_iso_time("2026-02-14T09:00:00Z").value());
  CHECK(parse_json_time("1771059600000") == parse_iso_time("2026-02-14T09:00:00Z").value());
  for (const char* text : {"", "2026-02-30T09:00:00Z", "2026-02-14", "2026-02-14T09:00:00.Zx",
                           "26-02-14T09:00:00Z", "2026-02-14T24:00:00Z", "9999-02-14T09:00:00Z"})
    CHECK_FALSE(parse_iso_time(text).has_value());
  CHECK_FALSE(parse_json_time("1e300").has_value());
  CHECK_FALSE(parse_json_time("-1").has_value());
}

TEST_CASE("health: mistakes name what to write") {
  CHECK(refused("kind: health\nshape: { /uptime: double }", "is not a type"));
  CHECK(refused("kind: health\nshape: { uptime: number }", "is not a JSON pointer"));
  CHECK(refused("kind: health\nshape: {}", "\"shape\" is empty"));
  CHECK(refused("kind: health\ndependencies: [database]", "must be a map"));
  CHECK(refused("kind: health\nclock_tolerance: 1s", "no timestamp is looked at"));
  CHECK(refused("kind: health\ntimestamp: /t\nclock_tolerance: 1", "no unit"));
  CHECK(refused("kind: health\nuptime_unit: s", "an uptime that is not looked at"));
  CHECK(refused("kind: health\nuptime: /u\nuptime_unit: min", "cannot be"));
  CHECK(refused("kind: health\nlive: /live\nuser_path: /users", "no readiness is asked"));
  CHECK(refused("kind: health\nexpect: { json: {} }", "is empty"));
}
