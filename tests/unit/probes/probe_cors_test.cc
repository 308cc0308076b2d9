#include <algorithm>

#include "probes/cors_origins.h"
#include "tests/unit/probes/web_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

constexpr std::string_view kApp = "https://app.dokus.ai";
constexpr std::string_view kProbe =
    "kind: cors\npath: /api\nallowed: [https://app.dokus.ai]\nmethods: [GET, PUT]\n"
    "headers: [authorization]\ncredentials: true\nmax_age: \"<= 1h\"";

// A server that lets in whom `lets` says, as a good one does.
struct Server {
  std::function<bool(std::string_view)> lets = [](std::string_view origin) { return origin == kApp; };
  std::string vary = "Origin", methods = "GET, PUT", headers = "Authorization", credentials = "true";
  std::string max_age = "600";
  int preflight = 204;
  std::vector<client::Field> extra;

  client::Answer operator()(const client::Ask& ask) const {
    const std::string origin = sent(ask, "Origin");
    std::vector<client::Field> fields = extra;
    fields.push_back({"Vary", vary});
    if (lets(origin)) {
      fields.push_back({"Access-Control-Allow-Origin", origin});
      fields.push_back({"Access-Control-Allow-Credentials", credentials});
      fields.push_back({"Access-Control-Allow-Methods", methods});
      fields.push_back({"Access-Control-Allow-Headers", headers});
      fields.push_back({"Access-Control-Max-Age", max_age});
    }
    return http_answer(request(ask).method == "OPTIONS" ? preflight : 200, fields);
  }
};

std::string found(const World& world, std::string_view probe = kProbe) {
  return summary(judged(made(probe), world));
}

World lets(std::function<bool(std::string_view)> who) {
  Server server;
  server.lets = std::move(who);
  return server;
}

}  // namespace

TEST_CASE("cors: the allowed origin is let in, all others are not") {
  std::vector<std::string> asked;
  CHECK(judged(made(kProbe), Server(), &asked).state() == ProbeState::pass);
  CHECK(asked[0] == "preflight for GET /api from https://app.dokus.ai");
  CHECK(asked[2] == "GET /api from https://app.dokus.ai");
  CHECK(std::find(asked.begin(), asked.end(), "GET /api from null") != asked.end());
}

TEST_CASE("cors: the look-alikes of an allowed origin") {
  CHECK(origins_to_refuse({std::string(kApp)}) ==
        std::vector<std::string>{"null", "https://assay-foreign.example", "https://app.dokus.ai.evil.example",
                                 "https://evilapp.dokus.ai", "https://appxdokus.ai", "http://app.dokus.ai",
                                 "https://app.dokus.ai:8443"});
  const std::vector<std::string> both = origins_to_refuse({std::string(kApp), "http://app.dokus.ai"});
  CHECK(std::find(both.begin(), both.end(), "http://app.dokus.ai") == both.end());
  CHECK(origins_to_refuse({"http://127.0.0.1:3000"}).size() == 3);
}

TEST_CASE("cors: whoever is let in too much") {
  CHECK(contains(found(lets([](auto) { return true; })), "with credentials"));
  CHECK(contains(found(lets([](auto origin) { return origin.starts_with(kApp); })),
                 "from https://app.dokus.ai.evil.example"));
  CHECK(contains(found(lets([](auto origin) { return origin.ends_with("app.dokus.ai"); })),
                 "from https://evilapp.dokus.ai"));
  CHECK(contains(found(lets([](auto origin) { return origin == kApp || origin == "null"; })), "from null"));
  CHECK(contains(found(lets([](auto origin) { return origin == kApp || origin == "http://app.dokus.ai"; })),
                 "from http://app.dokus.ai (204)"));
  CHECK(contains(found(lets([](auto origin) { return origin == kApp || origin == "https://appxdokus.ai"; })),
                 "from https://appxdokus.ai"));
  CHECK(contains(found(lets([](auto origin) { return origin.starts_with("https://app.dokus.ai"); }),
                       "kind: cors\nallowed: [https://app.dokus.ai]\nforbidden: [https://app.dokus.ai:8443]"),
                 "from https://app.dokus.ai:8443"));
}

TEST_CASE("cors: everybody") {
  const World star = [](const client::Ask&) {
    return http_answer(204,
                       {{"Access-Control-Allow-Origin", "*"}, {"Access-Control-Allow-Credentials", "true"}});
  };
  CHECK(contains(found(star),
                 "access-control-allow-credentials of preflight for GET /api from "
                 "https://app.dokus.ai (204): expected absent beside \"*\""));
  const World open = same_answer(204, {{"Access-Control-Allow-Origin", "*"}});
  CHECK(contains(found(open, "kind: cors\nallowed: [https://app.dokus.ai]"),
                 "expected \"https://app.dokus.ai\", got \"*\""));
  CHECK(found(open, "kind: cors\nallowed: \"*\"").starts_with("pass"));
  CHECK(found(star, "kind: cors\nallowed: \"*\"").starts_with("fail"));
  CHECK(found(same_answer(204, {}), "kind: cors\nallowed: \"*\"").starts_with("fail"));
}

TEST_CASE("cors: the allowed origin is kept out") {
  CHECK(contains(found(lets([](auto) { return false; })), "expected \"https://app.dokus.ai\", got absent"));
  Server server;
  server.preflight = 401;
  CHECK(contains(found(server),
                 "status of preflight for GET /api from https://app.dokus.ai (401): expected 2xx"));
  server = {};
  server.preflight = 301;
  CHECK(contains(found(server), "expected 2xx, got 301"));
  server = {};
  server.extra = {{"Access-Control-Allow-Origin", std::string(kApp)}};
  CHECK(contains(found(server), "expected one header, got 2 times"));
  server = {};
  server.methods = "GET, POST";
  CHECK(contains(found(server), "access-control-allow-methods of preflight for PUT"));
  server = {};
  server.methods = "*";  // means nothing with credentials
  CHECK(contains(found(server), "access-control-allow-methods of preflight for PUT"));
  server = {};
  server.headers = "content-type";
  CHECK(contains(found(server), "expected authorization, got \"content-type\""));
  server = {};
  server.credentials = "false";
  CHECK(contains(found(server), "access-control-allow-credentials of preflight"));
  server = {};
  server.max_age = "86400";
  CHECK(contains(found(server),
                 "access-control-max-age of preflight for GET /api from https://app.dokus.ai (204): "
                 "expected <= 1h, got 1d"));
  server = {};
  // nginx's add_header without `always`: there on success alone.
  CHECK(contains(
      found([&](const client::Ask& ask) {
        return request(ask).method == "OPTIONS" ? Server()(ask) : http_answer(401, {{"Vary", "Origin"}});
      }),
      "access-control-allow-origin of GET /api from https://app.dokus.ai (401)"));
  CHECK(contains(found([](const client::Ask&) { return trouble(client::Trouble::timeout, "5s"); }),
                 "timeout: 5s"));
}

TEST_CASE("cors: \"*\" does not cover Authorization") {
  const std::string probe = "kind: cors\nallowed: [https://app.dokus.ai]\nheaders: [authorization, x-id]";
  Server server;
  server.credentials = "no";
  server.headers = "*";
  CHECK(contains(found(server, probe), "expected authorization, got \"*\""));
  server.headers = "*, authorization";
  CHECK(found(server, probe).starts_with("pass"));
}

TEST_CASE("cors: without Vary a cache mixes the origins up") {
  Server server;
  server.vary = "Accept-Encoding";
  CHECK(contains(found(server), "warn: vary where the answer depends on the origin"));
  server.lets = [](std::string_view origin) { return origin == kApp || origin == "https://b.example"; };
  const std::string two =
      "kind: cors\nallowed: [https://app.dokus.ai, https://b.example]\nforbidden: [https://evil.example]";
  CHECK(contains(found(server, two),
                 "fail: vary where the answer depends on the origin: expected Origin, for "
                 "caches to tell them apart, got not in the answer for https://app.dokus.ai"));
  server.vary = "accept, origin";
  CHECK(found(server, two).starts_with("pass"));
  // One fixed value for everybody needs no Vary.
  const World fixed = same_answer(204, {{"Access-Control-Allow-Origin", std::string(kApp)}});
  CHECK(found(fixed, "kind: cors\nallowed: [https://app.dokus.ai]").starts_with("pass"));
}

TEST_CASE("cors: a preflight carries none of the target's headers") {
  Probe probe = made(kProbe);
  probe.spec.headers.emplace_back("Authorization", "Bearer secret");
  const Judgement needs_token = judged(probe, [](const client::Ask& ask) {
    return sent(ask, "Authorization").empty() ? http_answer(401) : Server()(ask);
  });
  CHECK(needs_token.state() == ProbeState::fail);
  CHECK(contains(needs_token.reason(), "preflight for GET /api from https://app.dokus.ai (401)"));
}

TEST_CASE("cors: mistakes in the gate file") {
  CHECK(is_refused("kind: cors", "\"allowed\" is missing"));
  CHECK(is_refused("kind: cors\nallowed: []", "\"allowed\" is empty"));
  CHECK(is_refused("kind: cors\nallowed: [https://app.example/]", "an origin has no path, not even \"/\""));
  CHECK(is_refused("kind: cors\nallowed: [app.example]", "it is written like https://app.example"));
  CHECK(is_refused("kind: cors\nallowed: [https://App.example]", "browsers write it as https://app.example"));
  CHECK(is_refused("kind: cors\nallowed: [\"null\"]", "\"null\" cannot be allowed"));
  CHECK(is_refused("kind: cors\nallowed: [\"*\", https://a.example]", "allows every origin"));
  CHECK(is_refused("kind: cors\nallowed: \"*\"\ncredentials: true", "cannot be allowed with credentials"));
  CHECK(is_refused("kind: cors\nallowed: \"*\"\nforbidden: [\"null\"]", "nobody is forbidden"));
  CHECK(is_refused("kind: cors\nallowed: [https://a.example]\nforbidden: [https://a.example]",
                   "is allowed and forbidden"));
  CHECK(
      is_refused("kind: cors\nallowed: [https://a.example]\nmethods: [put]", "cannot stand in \"methods\""));
}
