#include "probes/metrics_walk.h"
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kText = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kPage =
    "# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\n"
    "http_requests_total{method=\"GET\",status=\"200\"} 5\n"
    "# TYPE queue_size gauge\nqueue_size 3\n"
    "# TYPE jvm_memory_used gauge\njvm_memory_used{area=\"heap\"} 7\n"
    "# TYPE empty_total counter\n"
    "# TYPE latency_seconds histogram\n"
    "latency_seconds_bucket{path=\"/\",le=\"0.1\"} 1\nlatency_seconds_bucket{path=\"/\",le=\"0.5\"} 2\n"
    "latency_seconds_bucket{path=\"/\",le=\"+Inf\"} 2\nlatency_seconds_sum{path=\"/\"} 0.4\n"
    "latency_seconds_count{path=\"/\"} 2\n";

client::Answer page(std::string body, std::string_view type = kText) {
  return http_answer(200, {{"Content-Type", std::string(type)}}, std::move(body));
}

std::string told(std::string_view probe, std::string body = std::string(kPage),
                 std::string_view type = kText) {
  return summary(judged(made(probe), [&](const client::Ask&) { return page(body, type); }));
}

std::string required(std::string_view demand) {
  return told("kind: metrics\nrequire: [ { " + std::string(demand) + " } ]");
}

bool refused(std::string_view more, std::string_view sentence) {
  const std::string errors = staged("kind: metrics\n" + std::string(more)).errors;
  CAPTURE(errors);
  return errors.find(sentence) != std::string::npos;
}

// Counts requests, and shows the count a number of scrapes late.
struct Counting {
  double count = 100, step = 1;
  int late = 0;  // scrapes after a request that do not show it yet
  bool counts_scrapes = false;
  double reset_to = -1;  // after the first scrape
  std::string labels = "path=\"/\"";
  bool starts_absent = false;
  bool open = false;
  double shown = 100;
  int scrapes = 0, waited = 0;

  client::Answer operator()(const client::Ask& ask) {
    if (ask.label != "GET /metrics") {
      count += step;
      waited = 0;
      return http_answer(200);
    }
    if (waited++ >= late) shown = count;
    const bool absent = starts_absent && scrapes == 0;
    const std::string line = "hits_total{" + labels + "} " + std::to_string(static_cast<int>(shown)) + "\n";
    client::Answer answer = page(std::string(open ? "# TYPE hits counter\n" : "# TYPE hits_total counter\n") +
                                     (absent ? "" : line) + (open ? "# EOF\n" : "other 1\n"),
                                 open ? "application/openmetrics-text; version=1.0.0" : kText);
    if (scrapes++ == 0 && reset_to >= 0) count = reset_to;
    count += counts_scrapes ? 1 : 0;
    return answer;
  }
};

constexpr std::string_view kMoves =
    "kind: metrics\nmoves: [ { counter: hits_total, labels: { path: / }, path: /, requests: 25 } ]";

std::string moved(Counting server, std::string_view probe = kMoves) {
  return summary(judged(made(probe), [&](const client::Ask& ask) { return server(ask); }));
}

Tick tick(int second, double count) {
  Tick tick;
  tick.started = std::chrono::seconds(second);
  tick.ended = tick.started + 10ms;
  tick.measures.push_back({"counter", count, {}});
  return tick;
}

std::string over_time(std::vector<Tick> ticks, LoadFacts load) {
  const Probe probe = made("kind: metrics\nevery: 5s\nmatches_load: { counter: hits_total }");
  Judgement judgement;
  probe.kind->over_time(probe, ticks, load, judgement);
  return summary(judgement);
}

}  // namespace

TEST_CASE("metrics: a page that Prometheus can read") {
  CHECK(told("kind: metrics") == "pass: all 5 facts hold");
  const Judgement judgement =
      judged(made("kind: metrics"), [](const client::Ask&) { return page(std::string(kPage)); });
  CHECK(judgement.facts()[0].observed == "Prometheus text, 8 samples of 5 metrics");
}

TEST_CASE("metrics: a page that is none") {
  const auto got = [](std::string cause) {
    return "fail: GET /metrics: expected metrics for Prometheus, got " + cause;
  };
  CHECK(told("kind: metrics", "") == got("an empty body"));
  CHECK(told("kind: metrics", "<html></html>\n") == got("HTML"));
  CHECK(told("kind: metrics", "# nothing\n") == got("no sample"));
  CHECK(told("kind: metrics", "[object Promise]\n") == got("line 1: no metric: \"[object Promise]\""));
  CHECK(told("kind: metrics", std::string(kPage.substr(0, 200))) ==
        got("line 7: no end of line: the text is cut off"));
  CHECK(told("kind: metrics", "a 1\n", "application/openmetrics-text") ==
        got("no \"# EOF\" at the end: the text is cut off"));
  CHECK(summary(judged(made("kind: metrics"), [](const client::Ask&) { return http_answer(404); })) ==
        got("status 404"));
  CHECK(summary(judged(made("kind: metrics"), [](const client::Ask&) {
          return trouble(client::Trouble::closed, "empty reply");
        })) == "fail: GET /metrics: expected an answer, got closed: empty reply");
}

TEST_CASE("metrics: what no page may hold") {
  CHECK(told("kind: metrics", "a 1\na 2\n") ==
        "fail: series: expected each series once, got a on line 1 and again on line 2");
  CHECK(told("kind: metrics", "# TYPE a counter\na -1\n") ==
        "fail: counters: expected numbers from 0 up, got a is -1 (line 2)");
  std::string broken(kPage);
  broken.replace(broken.find("_count{path=\"/\"} 2"), 18, "_count{path=\"/\"} 9");
  CHECK(told("kind: metrics", broken).find("bucket +Inf holds 2, but _count is 9") != std::string::npos);
  CHECK(told("kind: metrics", "a 1\n", "text/html") ==
        "warn: content-type: expected text/plain or application/openmetrics-text, got text/html");
  CHECK(told("kind: metrics", "a 1\n", "").starts_with("warn: content-type"));
}

TEST_CASE("metrics: required metrics hold") {
  CHECK(required("name: http_requests_total, type: counter, labels: [status, method], min: 1")
            .starts_with("pass"));
  CHECK(required("name: latency_seconds, type: histogram, labels: [path], buckets: [0.5, 0.1, +Inf]")
            .starts_with("pass"));
  CHECK(required("name: queue_size, labels: [], min: 3, max: 3").starts_with("pass"));
  CHECK(required("name: jvm_memory_*").starts_with("pass"));
}

TEST_CASE("metrics: required metrics fail by what is wrong") {
  CHECK(required("name: http_request_total") ==
        "fail: metric http_request_total: expected a series, got absent; did you mean "
        "\"http_requests_total\"?");
  CHECK(required("name: jvm_gc_*") ==
        "fail: metric jvm_gc_*: expected a series, got no metric begins like this");
  CHECK(required("name: empty_total").find("declared, but without a series") != std::string::npos);
  CHECK(required("name: queue_size, type: counter") ==
        "fail: type of queue_size: expected counter, got gauge");
  CHECK(required("name: http_requests_total, labels: [method, status_code]") ==
        "fail: labels of http_requests_total: expected method, status_code, got "
        "http_requests_total{method=\"GET\",status=\"200\"} (line 3)");
  CHECK(required("name: queue_size, labels: [tenant]").find("got queue_size (line 5)") != std::string::npos);
  CHECK(required("name: latency_seconds, buckets: [0.1, 0.5, 1]") ==
        "fail: buckets of latency_seconds: expected 0.1, 0.5, 1, +Inf, got 0.1, 0.5 in "
        "latency_seconds{path=\"/\"}");
  CHECK(required("name: queue_size, type: histogram, buckets: [1]").find("expected histogram, got gauge") !=
        std::string::npos);
  CHECK(required("name: queue_size, max: 2") ==
        "fail: value of queue_size: expected at most 2, got 3 in queue_size");
  CHECK(required("name: queue_size, min: 4, max: 9").find("expected at least 4 and at most 9") !=
        std::string::npos);
}

TEST_CASE("metrics: a counter moves by the requests that are sent") {
  Counting server;
  std::vector<std::string> asked;
  const Judgement judgement = judged(
      made(kMoves), [&](const client::Ask& ask) { return server(ask); }, &asked);
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(judgement.facts().back().observed == "+25, from 100 to 125");
  CHECK(asked.size() == 27);
  CHECK(moved({.count = 0, .starts_absent = true, .shown = 0}).starts_with("pass"));
  CHECK(moved({.open = true}).starts_with("pass"));
}

TEST_CASE("metrics: a counter that arrives late is waited for, once") {
  CHECK(moved({.late = 1}).starts_with("pass"));
  CHECK(
      moved({.late = 2}) ==
      "fail: counter hits_total{path=\"/\"}: expected +25 by 25 requests of GET /, got +0, from 100 to 100");
}

TEST_CASE("metrics: a counter that does not count") {
  CHECK(moved({.step = 0}).find("got +0, from 100 to 100") != std::string::npos);
  CHECK(moved({.step = 2}).find("got +50, from 100 to 150; other traffic or the scrapes may count as well") !=
        std::string::npos);
  CHECK(moved({.counts_scrapes = true}).find("got +26") != std::string::npos);
  CHECK(moved({.counts_scrapes = true},
              "kind: metrics\nmoves: [ { counter: hits_total, requests: 25, tolerance: 1 } ]")
            .starts_with("pass"));
  CHECK(moved({.reset_to = 0}).find("got a reset from 100 to 25: a restart, or another instance answered") !=
        std::string::npos);
  CHECK(moved({.labels = "route=\"/\""}).find("got no such series; there is hits_total{route=\"/\"}") !=
        std::string::npos);
  CHECK(moved({}, "kind: metrics\nmoves: [ { counter: hit_total } ]").find("did you mean \"hits_total\"") !=
        std::string::npos);
}

TEST_CASE("metrics: a counter that must not move") {
  constexpr std::string_view kStill =
      "kind: metrics\nmoves: [ { counter: hits_total, path: /other, by: 0 } ]";
  CHECK(moved({.step = 0}, kStill).starts_with("pass"));
  CHECK(moved({}, kStill).find("expected +0 by 10 requests of GET /other, got +10") != std::string::npos);
}

TEST_CASE("metrics: several counters share the scrapes between them") {
  const Probe probe = made(
      "kind: metrics\nmoves:\n- { counter: hits_total, requests: 3 }\n- { counter: hits_total, requests: 12 "
      "}");
  Counting server{.late = 1};
  std::vector<std::string> asked;
  CHECK(judged(
            probe, [&](const client::Ask& ask) { return server(ask); }, &asked)
            .state() == ProbeState::pass);
  CHECK(asked.size() == 1 + 3 + 3 + 12 + 3);
}

TEST_CASE("metrics: series are required after the requests that make them") {
  CHECK(moved({.count = 0, .starts_absent = true, .shown = 0},
              std::string(kMoves) + "\nrequire: [ { name: hits_total, labels: [path] } ]")
            .starts_with("pass"));
}

TEST_CASE("metrics: requests or scrapes without an answer") {
  Counting server;
  const auto refusing = [&](const client::Ask& ask) {
    return ask.label == "GET /" ? trouble(client::Trouble::refused, "why") : server(ask);
  };
  CHECK(summary(judged(made(kMoves), refusing)).find("GET /: expected an answer, got refused: why") !=
        std::string::npos);
  int scrapes = 0;
  const auto vanishing = [&](const client::Ask& ask) {
    const bool gone = ask.label == "GET /metrics" && ++scrapes > 1;
    return gone ? http_answer(503) : server(ask);
  };
  CHECK(summary(judged(made(kMoves), vanishing)) ==
        "fail: GET /metrics: expected metrics for Prometheus, got status 503");
}

TEST_CASE("metrics: the counter of a repeated probe is compared with the load") {
  CHECK(over_time({tick(1, 100), tick(6, 1100)}, {1000, true}).starts_with("pass"));
  CHECK(over_time({tick(1, 100), tick(6, 1091)}, {1000, true}).starts_with("pass"));
  CHECK(over_time({tick(1, 100), tick(6, 1000)}, {1000, true}) ==
        "fail: counter hits_total: expected +1000, the requests of the load, within 1%, got +900");
  CHECK(over_time({tick(1, 100), tick(6, 2100)}, {1000, true}).starts_with("fail"));
  CHECK(over_time({tick(1, 0), tick(2, 6), tick(3, 12)}, {10, true}).find("of which 2 by this probe") !=
        std::string::npos);
  // Two first scrapes at the same time: the target may have counted the second one before it answered the
  // first.
  Tick second = tick(1, 1);
  second.started += 5ms;
  CHECK(
      over_time({tick(1, 1), second, tick(2, 8), tick(3, 13)}, {10, true}).find("of which 2 by this probe") !=
      std::string::npos);
  CHECK(over_time({tick(1, 1), second, tick(2, 8), tick(3, 10)}, {10, true}).starts_with("fail"));
  CHECK(over_time({tick(1, 100), tick(6, 3), tick(9, 1100)}, {1000, true})
            .find("a reset from 100 to 3 at 6s") != std::string::npos);
  CHECK(over_time({tick(1, 100)}, {1000, true}).starts_with("error"));
  Tick failed;
  CHECK(over_time({tick(1, 100), tick(2, 1100), failed}, {1000, true}).starts_with("error"));
  CHECK(over_time({tick(1, 100), tick(6, 100)}, {0, false}).starts_with("skip"));
}

TEST_CASE("metrics: each tick notes the counter") {
  const Probe probe =
      made("kind: metrics\nevery: 5s\nmatches_load: { counter: hits_total, labels: { path: / } }");
  Counting server;
  const Judgement judgement = judged(probe, [&](const client::Ask& ask) { return server(ask); });
  REQUIRE(judgement.measures().size() == 1);
  CHECK(judgement.measures()[0].number == 100);
}

TEST_CASE("metrics: mistakes name what to write") {
  CHECK(refused("require: []", "\"require\" is empty"));
  CHECK(refused("require: [ { type: counter } ]", "\"name\" is missing"));
  CHECK(refused("require: [ { name: http-requests } ]", "is not the name of a metric"));
  CHECK(refused("require: [ { name: a, type: count } ]", "cannot be \"count\""));
  CHECK(refused("require: [ { name: a, labels: { a: b } } ]", "\"labels\" must be a list"));
  CHECK(refused("require: [ { name: a, labels: [b, b] } ]", "the same label twice"));
  CHECK(refused("require: [ { name: a, buckets: [1, 1] } ]", "the same bucket twice"));
  CHECK(refused("require: [ { name: a, type: gauge, buckets: [1] } ]", "only a histogram has buckets"));
  CHECK(refused("require: [ { name: a, min: 2, max: 1 } ]", "\"min\" is above \"max\""));
  CHECK(refused("require: [ { name: a, type: histogram, min: 2 } ]", "is not one value"));
  CHECK(refused("require: [ { nam: a } ]", "did you mean \"name\"?"));
  CHECK(refused("moves: [ { path: / } ]", "\"counter\" is missing"));
  CHECK(refused("moves: [ { counter: a_* } ]", "one counter is counted"));
  CHECK(refused("moves: [ { counter: a, requests: 0 } ]", "out of range"));
  CHECK(refused("moves: [ { counter: a, requests: 5, tolerance: 5 } ]", "does not move would be accepted"));
  CHECK(refused("moves: [ { counter: a } ]\nevery: 1s", "would disturb what the load measures"));
  CHECK(refused("matches_load: { counter: a }", "between two ticks"));
  CHECK(refused("matches_load: { counter: a, tolerance: 1 }\nevery: 1s", "no unit"));
  CHECK(refused("matches_load: { counter: a, tolerance: 100% }\nevery: 1s", "use less than 100%"));
}
