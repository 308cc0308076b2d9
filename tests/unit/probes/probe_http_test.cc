#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

TEST_CASE("http: one request is judged by the matchers of steps") {
  const Probe probe = made("kind: http\npath: /health\nexpect: { status: 200, json: { /status: ready } }");
  const auto world = [](int status, std::string body) {
    return [=](const client::Ask&) { return http_answer(status, {}, body); };
  };
  CHECK(summary(judged(probe, world(200, R"({"status":"ready"})"))) == "pass: all 2 facts hold");
  CHECK(summary(judged(probe, world(503, R"({"status":"ready"})"))) ==
        "fail: status: expected status 200, got 503");
  CHECK(summary(judged(probe, world(200, R"({"status":"not ready"})"))) ==
        R"(fail: json /status: expected string "ready", got string "not ready")");
  CHECK(summary(judged(probe, world(200, "<html>"))) == R"(fail: json /status: expected JSON, got "<html>")");
}

TEST_CASE("http: no answer is a failure of the target, unless this machine is to blame") {
  const Probe probe = made("kind: http\npath: /health");
  const auto world = [](client::Trouble what) {
    return [=](const client::Ask&) { return trouble(what, "why"); };
  };
  CHECK(summary(judged(probe, world(client::Trouble::refused))) ==
        "fail: GET /health: expected an answer, got refused: why");
  CHECK(judged(probe, world(client::Trouble::local)).state() == ProbeState::error);
  CHECK(judged(probe, world(client::Trouble::name)).state() == ProbeState::error);
}

TEST_CASE("http: mistakes name their place") {
  CHECK(staged("kind: http\npath: health").errors.find("a path starts with \"/\"") != std::string::npos);
  CHECK(staged("kind: htpt").errors.find("did you mean \"http\"?") != std::string::npos);
}
