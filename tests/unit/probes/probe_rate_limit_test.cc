#include <algorithm>
#include <map>
#include <optional>

#include "probes/rate_limit_facts.h"
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kProbe =
    "kind: rate-limit\ndangerous: [127.0.0.1]\npath: /api\nlimit: 20\nwindow: 1m";

// A server with a clock of its own: each request takes a while, a pause takes as long as it says.
struct Server {
  enum class How { fixed_window, bucket, spread, none };
  How how = How::fixed_window;
  std::uint64_t limit = 20, burst = 0;
  Nanos window = 1min, took = 1ms;
  int status = 429;
  std::vector<client::Field> headers = {};
  bool per_client = true;
  bool recovers = true;
  std::uint64_t used_before = 0;
  Nanos phase{0};               // of the first window, that has passed before the first request
  std::uint64_t breaks_at = 0;  // request that ends in `broken`
  client::Answer broken = http_answer(502);
  Nanos slow{0};  // what each request beyond the tenth adds to the time of the next
  int control_status = 200;

  // State.
  Nanos now{0}, lag{0};
  std::uint64_t seen = 0;
  struct Client {
    std::uint64_t used = 0;
    std::int64_t window = -1;
    double tokens = 0;
    Nanos filled{0};
    bool known = false;
  };
  std::map<std::string, Client> clients = {};

  bool admits(const std::string& who) {
    Client& client = clients[per_client ? who : ""];
    if (how == How::none) return true;
    if (!client.known) client = {used_before, 0, static_cast<double>(limit + burst), now, true};
    if (how == How::fixed_window) {
      const std::int64_t index = recovers ? (now + phase) / window : 0;
      if (index != client.window) client.used = 0;
      client.window = index;
      return client.used++ < limit + burst;
    }
    const double most = static_cast<double>(how == How::spread ? burst + 1 : limit + burst);
    const double rate = static_cast<double>(limit) / seconds(window);
    client.tokens = std::min(most, client.tokens + rate * seconds(now - client.filled));
    client.filled = now;
    if (client.tokens < 1) return false;
    client.tokens -= 1;
    return true;
  }

  client::Answer answer(const client::HttpAsk& ask) {
    if (ask.url.ends_with("/free")) return http_answer(control_status);
    if (++seen == breaks_at) return broken;
    std::string who;
    for (const client::Field& field : ask.headers) who += field.value;
    return admits(who) ? http_answer(200) : http_answer(status, headers);
  }

  client::Answer ask(const client::Ask& ask) {
    if (const auto* pause = std::get_if<client::PauseAsk>(&ask.what)) {
      now += pause->length;
      return {};
    }
    const auto& http = std::get<client::HttpAsk>(ask.what);
    client::Answer made = answer(http);
    made.started = TimePoint(now);
    now += took;
    if (seen > 10) lag += slow;
    made.phases.done = took + lag;
    return made;
  }
};

struct Told {
  Judgement judgement;
  std::string text;
  std::vector<std::string> labels;

  std::string observed(std::string_view what) const {
    for (const ProbeFact& fact : judgement.facts())
      if (fact.what == what) return std::string(name(fact.state)) + ": " + fact.observed;
    return "no such fact";
  }
  std::size_t count(std::string_view label) const {
    return static_cast<std::size_t>(std::count(labels.begin(), labels.end(), label));
  }
};

// The fixture's judged() leaves pauses out of its world; this server must live through them.
Told told(Server server, std::string_view more = "") {
  const Probe probe = made(std::string(kProbe) + std::string(more));
  Told told;
  std::vector<Exchange> exchanges;
  for (int round = 0; round < 10'000; ++round) {
    const std::vector<client::Ask> asks = probe.kind->next(probe, exchanges);
    if (asks.empty()) break;
    for (const client::Ask& ask : asks) {
      told.labels.push_back(ask.label);
      exchanges.push_back({ask, server.ask(ask)});
    }
  }
  told.judgement = probe.kind->judge(probe, exchanges);
  told.text = summary(told.judgement);
  return told;
}

bool refused(std::string_view more, std::string_view sentence) {
  const std::string errors = staged("kind: rate-limit\ndangerous: [127.0.0.1]\n" + std::string(more)).errors;
  CAPTURE(errors);
  return errors.find(sentence) != std::string::npos;
}

using How = Server::How;

}  // namespace

TEST_CASE("rate-limit: a fixed window and a bucket that fills pass") {
  const Told fixed = told({});
  CHECK(fixed.text == "pass: all 4 facts hold");
  CHECK(fixed.observed("requests within the limit") ==
        "pass: 20 accepted in 30ms, request 21 rejected with 429");
  CHECK(fixed.observed("after the window") == "pass: 200");
  CHECK(fixed.count("GET /api") == 30);
  CHECK(fixed.count("until the window is over") == 1);
  CHECK(fixed.count("GET /api after 1m") == 1);
  CHECK(told({.how = How::bucket}).text.starts_with("pass"));
  CHECK(told({.how = How::bucket, .took = 500ms}).text.starts_with("pass"));
  CHECK(told({.burst = 5}, "\nburst: 5").text.starts_with("pass"));
}

TEST_CASE("rate-limit: not enforced") {
  const Told none = told({.how = How::none});
  CHECK(none.text.find("expected 429 or 503 after at most 22, got not enforced: 50 accepted") !=
        std::string::npos);
  CHECK(none.count("GET /api") == 50);
  CHECK(none.count("until the window is over") == 0);
}

TEST_CASE("rate-limit: rejected too early, in two windows") {
  const Told early = told({.limit = 12});
  CHECK(early.text.find(
            "expected the first 20 accepted, got 12 accepted in 20ms, request 13 rejected with 429: "
            "too early") != std::string::npos);
  CHECK(early.count("until the window is over") == 2);
  CHECK(told({.how = How::spread, .burst = 0}).text.find("spreads requests evenly") != std::string::npos);
}

TEST_CASE("rate-limit: what this client did before is not held against the limit") {
  const Told used = told({.used_before = 7});
  CHECK(used.text.starts_with("pass"));
  CHECK(used.count("until the window is over") == 2);
  CHECK(told({.used_before = 7}, "\nrecovers: false").text.find("if this client had not asked before") !=
        std::string::npos);
}

TEST_CASE("rate-limit: a window that begins anew within the test is not held against the limit") {
  const Told edge = told({.phase = 1min - 15ms});
  CHECK(edge.text.starts_with("pass"));
  CHECK(edge.count("until the window is over") == 2);
  CHECK(told({.limit = 35})
            .text.find("got 35 accepted in 40ms, request 36 rejected with 429: looser than written") !=
        std::string::npos);
}

TEST_CASE("rate-limit: too slow to go beyond the limit is no measurement") {
  const Told slow = told({.how = How::none, .took = 4s});
  CHECK(slow.text.starts_with("error: requests beyond the limit"));
  CHECK(slow.text.find("which the limit allows") != std::string::npos);
}

TEST_CASE("rate-limit: the status of a rejection") {
  CHECK(told({.status = 503}).text.starts_with("pass"));
  CHECK(told({.status = 503}, "\nreject_status: 429").text ==
        "fail: status of a rejection: expected 429, got 503");
  CHECK(told({.status = 403}).text.find("not enforced") != std::string::npos);
  CHECK(told({.status = 403}, "\nreject_status: 403").text.starts_with("pass"));
}

TEST_CASE("rate-limit: 503 of an overloaded server does not pass") {
  const Told overload = told({.status = 503, .slow = 100ms});
  CHECK(overload.text.starts_with("fail: time of the answers: expected no sign of overload"));
  CHECK(overload.text.find("503 is overload here, not a limit") != std::string::npos);
  CHECK(told({.status = 429, .slow = 100ms}).text.starts_with("pass"));
}

TEST_CASE("rate-limit: a path that is not limited is the control") {
  constexpr std::string_view kControl = "\ncontrol_path: /free";
  const Told good = told({}, kControl);
  CHECK(good.text.starts_with("pass"));
  CHECK(good.count("control GET /free before the limit is used up") == 3);
  CHECK(good.count("control GET /free after the limit is used up") == 3);
  CHECK(told({.control_status = 503}, kControl).text.starts_with("error: control path: it failed before"));
  Server falling;
  const Probe probe = made(std::string(kProbe) + std::string(kControl));
  const auto world = [&](const client::Ask& ask) {
    return ask.label.starts_with("control GET /free after") ? http_answer(503) : falling.ask(ask);
  };
  CHECK(summary(judged(probe, world)).find("got 503: overload, or a limit on everything") !=
        std::string::npos);
  Server slowing;
  const auto slow = [&](const client::Ask& ask) {
    client::Answer answer = slowing.ask(ask);
    if (ask.label.starts_with("control GET /free after")) answer.phases.done = 3s;
    return answer;
  };
  CHECK(summary(judged(probe, slow)).find("got 1ms before, 3s after") != std::string::npos);
}

TEST_CASE("rate-limit: a server that breaks is left alone") {
  const Told broken = told({.breaks_at = 8});
  CHECK(broken.text == "fail: GET /api: expected accepted or rejected, got 502 after 9 accepted in 10ms");
  CHECK(broken.count("GET /api") == 10);
  CHECK(told({.breaks_at = 8, .broken = trouble(client::Trouble::reset, "gone")}).text ==
        "fail: GET /api: expected accepted or rejected, got reset: gone");
  CHECK(told({.breaks_at = 1, .broken = trouble(client::Trouble::local, "gone")}).text.starts_with("error"));
}

TEST_CASE("rate-limit: identities") {
  constexpr std::string_view kTwo =
      "\nidentity: { header: X-Forwarded-For, values: [203.0.113.7, 203.0.113.8] }";
  const Told good = told({}, kTwo);
  CHECK(good.observed("another client") == "pass: 200");
  CHECK(told({.per_client = false}, kTwo).text ==
        "fail: another client: expected accepted while the first one is not, got 429");
  const Probe one = made(std::string(kProbe) + "\nidentity: { header: X-Real-IP, value: 203.0.113.7 }");
  CHECK(std::get<client::HttpAsk>(one.kind->next(one, {})[0].what).headers.back().name == "X-Real-IP");
  const Probe token = made(std::string(kProbe) + "\ntoken: abc");
  CHECK(std::get<client::HttpAsk>(token.kind->next(token, {})[0].what).headers.back().value == "Bearer abc");
}

TEST_CASE("rate-limit: recovery") {
  CHECK(told({.recovers = false}).text == "fail: after the window: expected accepted again, got 429");
  CHECK(told({.recovers = false}, "\nrecovers: false").observed("after the window") == "no such fact");
}

TEST_CASE("rate-limit: a long window is waited for only where it is asked for") {
  const std::string hour = "kind: rate-limit\ndangerous: [127.0.0.1]\nlimit: 20\nwindow: 1h";
  Server server{.window = 1h};
  const Judgement judgement = judged(made(hour), [&](const client::Ask& ask) { return server.ask(ask); });
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(judgement.facts().back().state == ProbeState::skip);
  CHECK(judgement.facts().back().observed == "not waited for: the window is 1h; write recovers: true");
}

TEST_CASE("rate-limit: what a rejection says about the limit") {
  const Told said =
      told({.headers = {{"Retry-After", "37"}, {"X-RateLimit-Limit", "20"}, {"X-RateLimit-Reset", "9"}}});
  CHECK(said.text.starts_with("pass"));
  CHECK(said.observed("Retry-After") == "pass: 37");
  CHECK(said.observed("X-RateLimit-Reset") == "pass: 9");
  CHECK(told({.headers = {{"Retry-After", "3600"}}}).text ==
        "warn: Retry-After: expected at most 60, got 3600");
  CHECK(told({.headers = {{"RateLimit-Limit", "100, 100;w=60"}}}).text ==
        "warn: RateLimit-Limit: expected 20, got 100, 100;w=60");
  CHECK(told({}).observed("Retry-After") == "pass: none");
}

TEST_CASE("rate-limit: mistakes name what to write") {
  CHECK(refused("window: 1m", "\"limit\" is missing"));
  CHECK(refused("limit: 10", "\"window\" is missing"));
  CHECK(refused("limit: 10\nwindow: 60", "no unit"));
  CHECK(refused("limit: 0\nwindow: 1m", "out of range"));
  CHECK(refused("limit: 6000\nwindow: 1m", "out of range"));
  CHECK(refused("limit: 4000\nburst: 2000\nwindow: 1m", "so few requests cannot go beyond the limit"));
  CHECK(refused("limit: 100\nrequests: 100\nwindow: 1m", "so few requests cannot go beyond the limit"));
  CHECK(refused("limit: 100\nwindow: 1m\nat_once: 0", "out of range"));
  CHECK(refused("limit: 100\nwindow: 1m\nreject_status: 2xx", "200 is no rejection"));
  CHECK(refused("limit: 100\nwindow: 1m\nretries: 1", "would find the limit used up"));
  CHECK(refused("limit: 100\nwindow: 1m\ntoken: a\nidentity: { header: X, value: b }",
                "a token is an identity"));
  CHECK(refused("limit: 100\nwindow: 1m\nidentity: { header: X }", "one value or several"));
  CHECK(
      refused("limit: 100\nwindow: 1m\nidentity: { header: X, values: [a, a] }", "the same identity twice"));
  CHECK(refused("limit: 100\nwindow: 1m\nidentity: { header: X, values: [a, b, c] }",
                "more than two identities"));
  CHECK(refused("limit: 100\nwindow: 1m\nevery: 1s", "never runs while load runs"));
}
