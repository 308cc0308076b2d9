#include "scenario/virtual_user.h"

#include <doctest/doctest.h>

#include <chrono>

#include "tests/unit/scenario/gate_fixture.h"

using namespace assay;
using namespace assay::scenario;
using namespace std::chrono_literals;

namespace {

config::GateSpec login_gate() {
  auto login = with_json(request("POST", "/login"), {{"user", "${user}"}, {"key", "${KEY}"}});
  login.expect.status = config::StatusSpec{{{201, 201}}, "201", {}};
  login.expect.json = {
      {"/user", {}, {{MatcherKind::equals, config::JsonValue(Json("${user}")), text("${user}"), {}}}}};
  login.extract = {{"token", config::ExtractSpec::From::json, "/token", {}},
                   {"cart", config::ExtractSpec::From::json, "/cart/id", {}},
                   {"etag", config::ExtractSpec::From::header, "ETag", {}}};
  auto buy = with_json(request("PUT", "/carts/${cart}"), {{"cart", "${cart}"}});
  buy.headers = {field("Authorization", "Bearer ${token}"), field("If-Match", "${etag}")};
  auto spec = gate({login, buy});
  set_variable(spec, "user", "ada");
  spec.secrets = {{"KEY", "hunter2", {}}};
  return spec;
}

const Reply kLoggedIn{201, {{"etag", "\"v1\""}}, R"({"user": "ada", "token": "t/1", "cart": {"id": 42}})"};

VirtualUser::Iteration iteration(bool fresh, std::uint64_t stream = 0, Arm arm = Arm::candidate) {
  return {0, arm, stream, fresh};
}

WallTime fixed_time() { return WallTime(std::chrono::seconds(1'800'000'000)); }

// Makes one request of a user and answers it.
std::string exchange(VirtualUser& user, const Reply& reply) {
  REQUIRE(user.advance() != nullptr);
  std::string bytes(user.render());
  user.finish(reply.view());
  return bytes;
}

bool has(const std::string& bytes, std::string_view part) { return bytes.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a login is walked: values of its answer stand in the next request") {
  const ScenarioSet set = compiled(login_gate());
  VirtualUser user = started(set);
  CHECK(user.render().ends_with("\r\n\r\n{\"user\":\"ada\",\"key\":\"hunter2\"}"));
  CHECK(user.finish(kLoggedIn.view()).outcome == Outcome::ok);
  REQUIRE(user.advance() != nullptr);
  CHECK(user.render() ==
        "PUT /carts/42 HTTP/1.1\r\n" + kOwnHeaders +
            "Content-Type: application/json\r\nAuthorization: Bearer t/1\r\nIf-Match: \"v1\"\r\n"
            "Content-Length: 11\r\n\r\n{\"cart\":42}");
  CHECK(user.finish(Reply{}.view()).outcome == Outcome::ok);
  CHECK(user.advance() == nullptr);
}

TEST_CASE("an iteration starts with the variables of the gate file") {
  const ScenarioSet set = compiled(login_gate());
  VirtualUser user = started(set);
  user.render();
  user.finish(kLoggedIn.view());
  user.begin(iteration(false));
  user.advance();
  user.finish(Reply{500, {}, {}}.view());
  user.advance();
  CHECK(user.render().starts_with("PUT /carts/ HTTP/1.1\r\n"));
}

TEST_CASE("a value that later steps need must be there and not null") {
  const ScenarioSet set = compiled(login_gate());
  VirtualUser user = started(set);
  user.render();
  Judged judged =
      user.finish(Reply{201, {{"ETag", "1"}}, R"({"user": "ada", "token": null, "cart": {"id": 1}})"}.view());
  CHECK(judged.outcome == Outcome::extract);
  CHECK(judged.detail == "json /token: expected a value for ${token}, got null");
  judged = user.finish(Reply{201, {}, R"({"user": "ada", "token": "t", "cart": {"id": 1}})"}.view());
  CHECK(judged.detail == "header etag: expected a value for ${etag}, got nothing");
  judged = user.finish(Reply{201, {{"ETag", "1"}}, R"({"user": "ada", "token": "t"})"}.view());
  CHECK(judged.detail == "json /cart/id: expected a value for ${cart}, got nothing");
}

TEST_CASE("a failed check is reported before a missing value") {
  const ScenarioSet set = compiled(login_gate());
  VirtualUser user = started(set);
  user.render();
  const Judged judged = user.finish(Reply{201, {}, R"({"user": "eve"})"}.view());
  CHECK(judged.outcome == Outcome::check);
  CHECK(judged.detail == R"(json /user: expected string "ada", got string "eve")");
}

TEST_CASE("a secret that the server sends back is not shown") {
  const ScenarioSet set = compiled(login_gate());
  VirtualUser user = started(set);
  user.render();
  const Judged judged = user.finish(Reply{201, {}, R"({"user": "hunter2"})"}.view());
  CHECK(judged.detail == R"(json /user: expected string "ada", got string "***")");
  CHECK(user.finish(Reply{201, {}, "key hunter2 refused"}.view()).detail ==
        R"(json /user: expected JSON, got "key *** refused")");
}

TEST_CASE("checks see the variables as they were when the request was made") {
  auto step = request("GET", "/");
  step.expect.json = {
      {"/version",
       {},
       {{MatcherKind::more_than, config::JsonValue(Json("${version}")), text("${version}"), {}}}}};
  step.extract = {{"version", config::ExtractSpec::From::json, "/version", {}}};
  auto spec = gate({step, step});
  set_variable(spec, "version", 1);
  const ScenarioSet set = compiled(spec);
  VirtualUser user = started(set);
  user.render();
  CHECK(user.finish(Reply{200, {}, R"({"version": 2})"}.view()).outcome == Outcome::ok);
  user.advance();
  user.render();
  CHECK(user.finish(Reply{200, {}, R"({"version": 2})"}.view()).detail ==
        "json /version: expected more than 2, got integer 2");
}

TEST_CASE("failures name their place in the gate file") {
  const auto file = std::make_shared<const SourceFile>("gate.yaml", "a\nstatus: 200\n");
  auto step = request("GET", "/");
  step.expect.status = config::StatusSpec{{{200, 200}}, "200", {file, 10, 13}};
  const ScenarioSet set = compiled(gate({step}));
  VirtualUser user = started(set);
  user.render();
  CHECK(user.finish(Reply{500, {}, {}}.view()).location == "gate.yaml:2:9");
}

TEST_CASE("cookies come back on the paths that they are for") {
  const ScenarioSet set =
      compiled(gate({request("POST", "/app/login"), request("GET", "/app/a?b=/x"), request("GET", "/")}));
  VirtualUser user(set, 1, &fixed_time);
  user.begin(iteration(true));
  const Reply reply{200, {{"Set-Cookie", "sid=1"}, {"set-cookie", "lang=de; Path=/; Domain=shop.test"}}, {}};
  CHECK_FALSE(has(exchange(user, reply), "Cookie"));
  CHECK(exchange(user, {}) ==
        "GET /app/a?b=/x HTTP/1.1\r\n" + kOwnHeaders + "Cookie: sid=1; lang=de\r\n\r\n");
  CHECK(has(exchange(user, {}), "\r\nCookie: lang=de\r\n\r\n"));
}

TEST_CASE("the jar's cookies follow the user's own in one line") {
  auto step = with_text(request("POST", "/"), "${x}");
  step.headers = {field("Cookie", "theme=dark"), field("X-Last", "1")};
  auto spec = gate({step, step});
  set_variable(spec, "x", "body");
  const ScenarioSet set = compiled(spec);
  VirtualUser user(set, 1, &fixed_time);
  user.begin(iteration(true));
  const std::string tail = "\r\nContent-Length: 4\r\n\r\nbody";
  CHECK(exchange(user, {200, {{"Set-Cookie", "sid=1"}}, {}})
            .ends_with("X-Last: 1\r\nCookie: theme=dark" + tail));
  CHECK(exchange(user, {}).ends_with("X-Last: 1\r\nCookie: theme=dark; sid=1" + tail));
}

TEST_CASE("cookies last as long as their user, and each arm has its own") {
  auto spec = gate({request("GET", "/")});
  spec.targets.push_back(target("http://old.test", Arm::baseline));
  const ScenarioSet set = compiled(spec);
  VirtualUser user(set, 1, &fixed_time);
  const Reply reply{200, {{"Set-Cookie", "sid=1"}}, {}};
  user.begin(iteration(true));
  exchange(user, reply);
  user.begin(iteration(false));
  CHECK(has(exchange(user, {}), "Cookie: sid=1"));
  user.begin(iteration(false, 0, Arm::baseline));
  CHECK_FALSE(has(exchange(user, {}), "Cookie"));
  user.begin(iteration(true));
  CHECK_FALSE(has(exchange(user, {}), "Cookie"));
}

TEST_CASE("cookies also come with answers that fail") {
  const ScenarioSet set = compiled(gate({request("GET", "/"), request("GET", "/")}));
  VirtualUser user(set, 1, &fixed_time);
  user.begin(iteration(true));
  exchange(user, {503, {{"Set-Cookie", "sid=1"}}, {}});
  CHECK(has(exchange(user, {}), "Cookie: sid=1"));
}

TEST_CASE("pauses depend on the seed and the stream alone") {
  auto spec = gate({request("GET", "/")});
  spec.scenarios[0].steps.push_back({"", {}, config::PauseSpec{200ms, 800ms}});
  const ScenarioSet set = compiled(spec);
  const StepPlan& pause = set.scenarios[0].steps[1];
  const auto drawn = [&](std::uint64_t seed, std::uint64_t stream) {
    VirtualUser user(set, seed);
    user.begin(iteration(true, stream));
    return user.draw_pause(pause);
  };
  CHECK(drawn(1, 5) == drawn(1, 5));
  CHECK(drawn(1, 5) != drawn(1, 6));
  CHECK(drawn(1, 5) != drawn(2, 5));
  for (std::uint64_t stream = 0; stream < 1000; ++stream) {
    const Nanos length = drawn(1, stream);
    REQUIRE(length >= 200ms);
    REQUIRE(length <= 800ms);
  }
}

TEST_CASE("a pause of fixed length is that long") {
  const ScenarioSet set = compiled(gate({request("GET", "/")}));
  VirtualUser user(set, 1);
  StepPlan pause;
  pause.pause_min = pause.pause_max = 1s;
  CHECK(user.draw_pause(pause) == 1s);
}
