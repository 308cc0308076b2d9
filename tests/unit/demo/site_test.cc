#include "demo/site.h"

#include <doctest/doctest.h>

#include "demo/target_spec.h"

using namespace assay;
using namespace assay::demo;
using namespace std::chrono_literals;

namespace {

Request request(std::string method, std::string path, std::string query = {}) {
  Request made;
  made.method = std::move(method);
  made.path = std::move(path);
  made.query = std::move(query);
  return made;
}

struct TestSite {
  explicit TestSite(TargetOptions given = {}) : options(std::move(given)), site(options) {}

  const Answer& get(const std::string& path, const std::string& query = {}) {
    site.answer(request("GET", path, query), answer);
    return answer;
  }
  const Answer& answer_to(const Request& asked) {
    site.answer(asked, answer);
    return answer;
  }

  TargetOptions options;
  Site site;
  Answer answer;
};

TargetOptions with_paths(const std::vector<std::string>& specs) {
  TargetOptions options;
  for (const std::string& spec : specs) options.paths.push_back(parse_path(spec).value());
  return options;
}

}  // namespace

TEST_CASE("health and readiness answer JSON") {
  TestSite test;
  CHECK(test.get("/health").body == R"({"status":"ok"})");
  CHECK(test.get("/health/live").status == 200);
  CHECK(test.get("/health/ready").body == R"({"status":"ready","checks":{"database":true}})");
  CHECK(test.answer.content_type == "application/json");
}

TEST_CASE("items are listed up to the limit and read one by one") {
  TestSite test;
  CHECK(
      test.get("/items", "limit=2").body ==
      R"({"page":1,"items":[{"id":1,"name":"item 1","price_cents":137},{"id":2,"name":"item 2","price_cents":174}]})");
  CHECK(test.get("/items", "limit=0").body == R"({"page":1,"items":[]})");
  CHECK(test.get("/items/2").body == R"({"id":2,"name":"item 2","price_cents":174})");
  CHECK(test.get("/items/0").status == 404);
  CHECK(test.get("/items/two").status == 404);
  CHECK(test.get("/items", "limit=many").status == 400);
}

TEST_CASE("a created item has a location that can be read") {
  TestSite test;
  test.answer_to(request("POST", "/items"));
  CHECK(test.answer.status == 201);
  CHECK(test.answer.fields == "Location: /items/1001\r\nETag: \"1001\"\r\n");
  CHECK(test.get("/items/1001").status == 200);
  test.answer_to(request("POST", "/items"));
  CHECK(test.answer.fields.starts_with("Location: /items/1002\r\n"));
}

TEST_CASE("me needs the cookie that login hands out") {
  TestSite test;
  CHECK(test.get("/me").status == 401);
  const std::string handed_out = test.get("/login").fields;
  const std::string cookie = handed_out.substr(12, handed_out.find(';') - 12);
  Request with_cookie = request("GET", "/me");
  with_cookie.fields = "Cookie: theme=dark; " + cookie + "\n";
  CHECK(test.answer_to(with_cookie).status == 200);
  with_cookie.fields = "Cookie: " + cookie + "0\n";
  CHECK(test.answer_to(with_cookie).status == 401);
}

TEST_CASE("pages made for measuring do what their path says") {
  TestSite test;
  CHECK(test.get("/bytes/123").filler_bytes == 123);
  CHECK(test.get("/chunked/5").chunked);
  CHECK(test.get("/status/418").status == 418);
  CHECK(test.get("/delay/250").latency == 250ms);
  CHECK(test.get("/redirect").status == 302);
  CHECK(test.answer.fields == "Location: /items\r\n");
  for (const char* wrong : {"/bytes/x", "/chunked/", "/status/99", "/status/600", "/delay/-1"}) {
    CHECK(test.get(wrong).status == 404);
  }
}

TEST_CASE("echo shows the request as JSON") {
  TestSite test;
  Request asked = request("PUT", "/echo", "a=1");
  asked.fields = "X-Test: yes\n";
  asked.body = "say \"hi\"";
  CHECK(test.answer_to(asked).body ==
        R"({"body":"say \"hi\"","headers":{"X-Test":"yes"},"method":"PUT","path":"/echo","query":"a=1"})");
}

TEST_CASE("unknown paths are 404 and known ones with a wrong method 405") {
  TestSite test;
  CHECK(test.get("/nowhere").status == 404);
  CHECK(test.answer_to(request("DELETE", "/items")).status == 405);
  CHECK(test.answer_to(request("HEAD", "/items")).status == 200);
}

TEST_CASE("a configured path keeps the built-in answer and adds its behaviour") {
  TestSite test(with_paths({"/items=20ms"}));
  CHECK(test.get("/items", "limit=0").body == R"({"page":1,"items":[]})");
  CHECK(test.answer.latency == 20ms);
  CHECK(test.get("/health").latency == 0ms);
}

TEST_CASE("a configured path that is not built in exists") {
  TestSite test(
      with_paths({"/mine=20ms", R"(/page=0ms json={"a": 1})", "/big=0ms size=1KiB", "/health=0ms text=up"}));
  CHECK(test.get("/mine").body == "ok\n");
  CHECK(test.get("/page").body == R"({"a": 1})");
  CHECK(test.answer.content_type == "application/json");
  CHECK(test.get("/big").body_bytes() == 1024);
  CHECK(test.get("/health").body == "up");
}

TEST_CASE("an injected error replaces the answer and keeps its latency") {
  TestSite test(with_paths({"/items=20ms errors=100% status=503"}));
  CHECK(test.get("/items").status == 503);
  CHECK(test.answer.body == "injected error\n");
  CHECK(test.answer.latency == 20ms);
}

TEST_CASE("the n-th request of a path has the same fate on every server with this seed") {
  const TargetOptions options = with_paths({"/items=lognormal(20ms,0.5) errors=30%"});
  TestSite one(options), other(options);
  for (int n = 0; n < 50; ++n) {
    other.get("/health");  // requests of other paths do not matter
    CHECK(one.get("/items").latency == other.get("/items").latency);
    CHECK(one.answer.status == other.answer.status);
  }
}

TEST_CASE("metrics count requests by path and status") {
  TestSite test;
  for (int i = 0; i < 3; ++i) test.site.completed(test.get("/items/7"), 20ms);
  test.site.completed(test.get("/items/x"), 3s);
  test.site.completed(test.get("/nowhere"), 0ms);
  const std::string text = test.get("/metrics").body;
  for (const char* line : {"http_requests_total{path=\"/items/*\",status=\"200\"} 3\n",
                           "http_requests_total{path=\"/items/*\",status=\"404\"} 1\n",
                           "http_requests_total{path=\"other\",status=\"404\"} 1\n",
                           "http_request_duration_seconds_bucket{path=\"/items/*\",le=\"0.01\"} 0\n",
                           "http_request_duration_seconds_bucket{path=\"/items/*\",le=\"0.025\"} 3\n",
                           "http_request_duration_seconds_bucket{path=\"/items/*\",le=\"+Inf\"} 4\n",
                           "http_request_duration_seconds_count{path=\"/items/*\"} 4\n"}) {
    CHECK_MESSAGE(text.find(line) != std::string::npos, line);
  }
}

TEST_CASE("a path that is both built in and configured is one series") {
  TestSite test(with_paths({"/items=0ms"}));
  test.site.completed(test.get("/items"), 1ms);
  test.site.completed(test.answer_to(request("POST", "/items")), 1ms);
  const std::string text = test.get("/metrics").body;
  const std::string series = "http_request_duration_seconds_count{path=\"/items\"}";
  REQUIRE(text.find(series) != std::string::npos);
  CHECK(text.find(series) == text.rfind(series));
}

TEST_CASE("counters tell answers, errors and resets apart") {
  TestSite test(with_paths({"/gone=0ms resets=100%", "/bad=0ms errors=100%"}));
  for (const char* path : {"/health", "/gone", "/bad"}) test.site.completed(test.get(path), 0ms);
  const TargetCounters& counters = test.site.counters();
  CHECK(counters.requests == 3);
  CHECK(counters.answers == 2);
  CHECK(counters.server_errors == 1);
  CHECK(counters.resets == 1);
}
