#include "ui/live_request.h"

#include <doctest/doctest.h>

using namespace assay::ui;

namespace {

const LiveDoor kDoor{{"127.0.0.1:8089", "localhost:8089"}, 8089, "5ec7e7", false};
const LiveDoor kExposed{{"0.0.0.0:8089", "localhost:8089", "ci-7:8089"}, 8089, "5ec7e7", true};

LiveRequest get(std::string_view target) {
  return {.method = "GET", .target = target, .host = "127.0.0.1:8089"};
}

// As our own page sends it.
LiveRequest post(std::string_view target) {
  return {.method = "POST",
          .target = target,
          .host = "127.0.0.1:8089",
          .origin = "http://127.0.0.1:8089",
          .fetch_site = "same-origin",
          .authorization = "Bearer 5ec7e7"};
}

unsigned refused(const LiveRequest& request, const LiveDoor& door = kDoor) {
  const LiveJudgement judged = judge(request, door);
  CHECK(judged.words.empty() == (judged.action != LiveAction::refuse));
  return judged.status;
}

}  // namespace

TEST_CASE("request: the page is read without a token on this machine") {
  CHECK(judge(get("/"), kDoor).action == LiveAction::page);
  CHECK(judge(get("/?token=wrong"), kDoor).action == LiveAction::page);
  LiveRequest head = get("/");
  head.method = "HEAD";
  CHECK(judge(head, kDoor).action == LiveAction::page);
  CHECK(judge(head, kDoor).head_only);
  LiveRequest other = get("/");
  other.host = "localhost:8089";
  CHECK(judge(other, kDoor).action == LiveAction::page);
}

TEST_CASE("request: events go on from what the client has") {
  CHECK(judge(get("/events?from=abc-7&token=x"), kDoor).since == "abc-7");
  LiveRequest again = get("/events?from=abc-7");
  again.last_event_id = "abc-9";
  CHECK(judge(again, kDoor).action == LiveAction::events);
  CHECK(judge(again, kDoor).since == "abc-9");
  CHECK(judge(get("/events"), kDoor).since.empty());
}

TEST_CASE("request: stop and extend take the token, in the head or in the address") {
  CHECK(judge(post("/stop"), kDoor).action == LiveAction::stop);
  CHECK(judge(post("/extend"), kDoor).action == LiveAction::extend);
  LiveRequest in_address = post("/stop?token=5ec7e7");
  in_address.authorization = {};
  CHECK(judge(in_address, kDoor).action == LiveAction::stop);
  for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer 5ec7e", "Bearer 5ec7e7x", "Bearer 5EC7E7",
                            "Basic 5ec7e7", "5ec7e7"}) {
    CAPTURE(wrong);
    LiveRequest request = post("/stop");
    request.authorization = wrong;
    CHECK(refused(request) == 401);
  }
  LiveRequest wrong_beside_right = post("/stop?token=5ec7e7");
  wrong_beside_right.authorization = "Bearer wrong";
  CHECK(refused(wrong_beside_right) == 401);
}

TEST_CASE("request: a program that is no browser says no origin") {
  LiveRequest request = post("/stop");
  request.origin = request.fetch_site = {};
  CHECK(judge(request, kDoor).action == LiveAction::stop);
}

TEST_CASE("request: what comes from another page is refused, token or not") {
  for (const char* origin : {"null", "http://evil.example", "https://127.0.0.1:8089", "http://127.0.0.1:80",
                             "http://localhost:8089", "http://127.0.0.1:8089.evil.example"}) {
    CAPTURE(origin);
    LiveRequest request = post("/stop");
    request.origin = origin;
    CHECK(refused(request) == 403);
  }
  for (const char* site : {"cross-site", "same-site", "none"}) {
    LiveRequest request = post("/extend");
    request.fetch_site = site;
    CHECK(refused(request) == 403);
  }
  LiveRequest events = get("/events");
  events.fetch_site = "cross-site";
  CHECK(refused(events) == 403);
}

TEST_CASE("request: a foreign name that leads here is answered with nothing") {
  for (const char* host : {"", "evil.example", "evil.example:8089", "127.0.0.1", "127.0.0.1:80",
                           "127.0.0.2:8089", "LOCALHOST:8089", "localhost:8089.evil.example", "[::1]:8089"}) {
    CAPTURE(host);
    for (LiveRequest request : {get("/"), get("/events"), post("/stop")}) {
      request.host = host;
      CHECK(refused(request) == 421);
    }
  }
}

TEST_CASE("request: nothing else exists") {
  for (const char* target :
       {"", "*", "/x", "//", "/stop/", "/STOP", "/../", "/favicon.ico", "http://127.0.0.1:8089/"}) {
    CAPTURE(target);
    CHECK(refused(get(target)) == 404);
  }
}

TEST_CASE("request: each path has its method") {
  CHECK(refused(get("/stop")) == 405);
  CHECK(judge(get("/stop?token=5ec7e7"), kDoor).allow == "POST");
  CHECK(refused(post("/")) == 405);
  CHECK(judge(post("/"), kDoor).allow == "GET, HEAD");
  for (const char* method : {"HEAD", "OPTIONS", "POST", "get", "TRACE"}) {
    LiveRequest request = get("/events");
    request.method = method;
    CHECK(refused(request) == 405);
  }
  LiveRequest preflight = post("/stop");
  preflight.method = "OPTIONS";
  CHECK(refused(preflight) == 405);
}

TEST_CASE("request: where others can reach it, reading takes the token, and names are addresses or our own") {
  CHECK(refused(get("/"), kExposed) == 401);
  CHECK(refused(get("/events"), kExposed) == 401);
  for (const char* host : {"192.0.2.7:8089", "[2001:db8::1]:8089", "ci-7:8089", "localhost:8089"}) {
    CAPTURE(host);
    LiveRequest request = get("/?token=5ec7e7");
    request.host = host;
    CHECK(judge(request, kExposed).action == LiveAction::page);
  }
  for (const char* host :
       {"evil.example:8089", "192.0.2.7", "192.0.2.7:80", "1.2.3:8089", "[]:8089", ":8089"}) {
    CAPTURE(host);
    LiveRequest request = get("/?token=5ec7e7");
    request.host = host;
    CHECK(refused(request, kExposed) == 421);
  }
}
