#include "probes/version_source.h"
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

World says(std::string header) {
  return [=](const client::Ask&) { return http_answer(200, {{"x-version", header}}); };
}

World json_body(int status, std::string body) {
  return [=](const client::Ask&) { return http_answer(status, {}, body); };
}

bool refused(std::string_view probe, std::string_view sentence) {
  const std::string errors = staged(probe).errors;
  CAPTURE(errors);
  return errors.find(sentence) != std::string::npos;
}

Tick tick(int second, std::string version) {
  Tick tick;
  tick.started = std::chrono::seconds(second);
  tick.measures.push_back({"version", 0, std::move(version)});
  return tick;
}

std::string over_time(std::vector<Tick> ticks) {
  const Probe probe = made("kind: version\nheader: X-Version\nexpect: 1.4.2\nevery: 1s");
  Judgement judgement;
  probe.kind->over_time(probe, ticks, {}, judgement);
  return judgement.facts().empty() ? "no facts" : summary(judgement);
}

}  // namespace

TEST_CASE("version: a header, a JSON value or a group of a pattern names the build") {
  CHECK(summary(judged(made("kind: version\nheader: X-Version\nexpect: 1.4.2"), says("1.4.2"))) ==
        "pass: version: 1.4.2 (1 time)");
  const Probe json = made("kind: version\npath: /version\njson: /app/version\nexpect: 1.4.2");
  CHECK(summary(judged(json, json_body(200, R"({"app":{"version":"1.4.2"}})"))) ==
        "pass: version: 1.4.2 (1 time)");
  const Probe body = made("kind: version\nbody: 'build ([0-9.]+)'\nexpect: 1.4.2");
  CHECK(summary(judged(body, json_body(200, "<p>build 1.4.2</p>"))) == "pass: version: 1.4.2 (1 time)");
}

TEST_CASE("version: another build, the refused one, or none") {
  const Probe probe = made("kind: version\nheader: X-Version\nexpect: 1.4.2");
  CHECK(summary(judged(probe, says("1.4.1"))) == "fail: version: expected 1.4.2, got 1.4.1 (1 time)");
  CHECK(summary(judged(probe, says(" "))) ==
        "fail: version: expected a version in header X-Version, got header X-Version is empty (1 time)");
  CHECK(summary(judged(probe, json_body(200, ""))) ==
        "fail: version: expected a version in header X-Version, got no header X-Version (1 time)");
  const Probe refusing = made("kind: version\nheader: X-Version\nnot: [1.4.0, 1.4.1]");
  CHECK(summary(judged(refusing, says("1.4.1"))) == "fail: version: expected not 1.4.1, got 1.4.1 (1 time)");
  CHECK(judged(refusing, says("1.4.2")).state() == ProbeState::pass);
}

TEST_CASE("version: an error page, two values and broken JSON speak for no build") {
  const Probe probe = made("kind: version\nheader: X-Version\nexpect: 1.4.2");
  CHECK(summary(judged(probe, [](const client::Ask&) {
          return http_answer(502, {{"X-Version", "1.4.2"}});
        })) == "fail: version: expected a version in header X-Version, got status 502 (1 time)");
  const auto twice = [](const client::Ask&) {
    return http_answer(200, {{"X-Version", "1.4.2"}, {"X-Version", "1.4.1"}});
  };
  CHECK(summary(judged(probe, twice)).find("2 times, with different values") != std::string::npos);
  const Probe json = made("kind: version\njson: /version\nexpect: 1.4.2");
  const auto reason = [&](std::string body) {
    return summary(judged(json, json_body(200, std::move(body))));
  };
  CHECK(reason("<html>").find("no JSON but HTML") != std::string::npos);
  CHECK(reason(R"({"version":"1.4.2")").find("broken or truncated JSON") != std::string::npos);
  CHECK(reason(R"({"version":"1.4.2","version":"1.4.1"})").find(R"(the key "version" twice)") !=
        std::string::npos);
  CHECK(reason(R"({"version":{}})").find("is of type object") != std::string::npos);
  CHECK(reason(R"({"version":NaN})").find("broken or truncated JSON") != std::string::npos);
  CHECK(reason(R"({"version":"a\u0001b"})").find("control characters") != std::string::npos);
}

TEST_CASE("version: an answer of a cache is a warning") {
  const auto cached = [](const client::Ask&) {
    return http_answer(200, {{"X-Version", "1.4.2"}, {"Age", "37"}});
  };
  CHECK(summary(judged(made("kind: version\nheader: X-Version\nexpect: 1.4.2"), cached)) ==
        "warn: freshness: expected an answer of the build itself, got Age: 37, so of a cache");
}

TEST_CASE("version: replicas are asked on new connections until each was met, and must agree") {
  const Probe probe = made("kind: version\nheader: X-Version\nreplicas: 3");
  std::vector<std::string> asked;
  CHECK(judged(probe, says("1.4.2"), &asked).state() == ProbeState::pass);
  CHECK(asked.size() == 20);
  int count = 0;
  const auto mixed = [&](const client::Ask& ask) {
    CHECK_FALSE(std::get<client::HttpAsk>(ask.what).reuse);
    return http_answer(200, {{"X-Version", ++count % 10 == 0 ? "1.4.1" : "1.4.2"}});
  };
  CHECK(summary(judged(probe, mixed)) ==
        "fail: replicas: expected one version behind all connections, got 1.4.2 (18 times), 1.4.1 (2 times)");
  asked.clear();
  judged(made("kind: version\nheader: X-Version\nreplicas: 10"), says("1.4.2"), &asked);
  CHECK(asked.size() == 88);
}

TEST_CASE("version: one broken sample fails, once") {
  int count = 0;
  const auto flaky = [&](const client::Ask&) {
    return ++count > 17 ? trouble(client::Trouble::refused, "why") : http_answer(200, {{"X-Version", "1"}});
  };
  const Judgement judgement = judged(made("kind: version\nheader: X-Version\nreplicas: 3"), flaky);
  CHECK(summary(judgement) == "fail: GET /: expected an answer, got refused: why");
}

TEST_CASE("version: a change while it is watched is told") {
  CHECK(over_time({}) == "no facts");
  CHECK(over_time({tick(1, "1"), tick(2, "1")}) == "pass: version over time: 1");
  CHECK(over_time({tick(1, "1"), tick(2, "2"), tick(3, "1")}) ==
        "warn: version over time: expected one version, got 1, from 2s on 2, from 3s on 1");
}

TEST_CASE("version: mistakes name what to write") {
  CHECK(refused("kind: version\nexpect: 1", "nothing says where the version stands"));
  CHECK(refused("kind: version\nheader: X-V\njson: /v\nexpect: 1", "the version stands in one place"));
  CHECK(refused("kind: version\nheader: X-V", "this probe expects nothing"));
  CHECK(refused("kind: version\nheader: 'X V'\nexpect: 1", "is not the name of a header"));
  CHECK(refused("kind: version\njson: v\nexpect: 1", "is not a JSON pointer"));
  CHECK(refused("kind: version\nbody: 'build ['\nexpect: 1", "this is not a regular expression"));
  CHECK(refused("kind: version\nbody: build\nexpect: 1", "needs one group"));
  CHECK(refused("kind: version\nbody: '([0-9]*)'\nexpect: 1", "matches an empty body"));
  CHECK(refused("kind: version\nheader: X-V\nexpect: 1\nnot: 1", "is expected and refused"));
  CHECK(refused("kind: version\nheader: X-V\nreplicas: 3\nsamples: 2", "so few samples"));
  CHECK(refused("kind: version\nheader: X-V\nreplicas: 0", "out of range"));
}
