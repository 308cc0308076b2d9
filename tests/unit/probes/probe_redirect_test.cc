#include <map>

#include "tests/unit/probes/web_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

constexpr std::string_view kTarget = "https://shop.example";
constexpr std::string_view kToHttps =
    "kind: redirect\nfrom: /a?x=1\nfrom_http: true\nto: https://shop.example\nkeep_path: true\nkeep_query: "
    "true";

struct Step {
  int status = 200;
  std::string location;
};

// By URL; what is not in it is a page.
World chain(std::map<std::string, Step> steps) {
  return [steps = std::move(steps)](const client::Ask& ask) {
    const auto found = steps.find(request(ask).url);
    if (found == steps.end()) return http_answer(200);
    return http_answer(found->second.status, {{"Location", found->second.location}});
  };
}

std::string found(std::string_view probe, const World& world, std::string_view target = kTarget) {
  return summary(judged(made(probe, target), world));
}

}  // namespace

TEST_CASE("redirect: from http to https, path and query kept") {
  const Judgement good = judged(made(kToHttps, kTarget),
                                chain({{"http://shop.example/a?x=1", {301, "https://shop.example/a?x=1"}}}));
  CHECK(summary(good) == "pass: all 3 facts hold");
  CHECK(contains(good.facts()[1].observed,
                 "http://shop.example/a?x=1 (301) -> https://shop.example/a?x=1 (200)"));
  CHECK(contains(found(kToHttps, chain({{"http://shop.example/a?x=1", {301, "https://shop.example/"}}})),
                 "end of the chain: expected https://shop.example/a?x=1, got"));
  CHECK(contains(found(kToHttps, chain({{"http://shop.example/a?x=1", {301, "https://shop.example/a"}}})),
                 "fail: end of the chain"));
  CHECK(contains(found(kToHttps, chain({})), "no redirect: status 200"));
  CHECK(contains(found(kToHttps, chain({{"http://shop.example/a?x=1", {303, "https://shop.example/a?x=1"}}})),
                 "expected 301, 302, 307 or 308, got 303"));
}

TEST_CASE("redirect: a query may be dropped, and is not looked at where nothing is said") {
  const std::string probe = "kind: redirect\nfrom: /old?x=1\nto: /new";
  CHECK(found(probe, chain({{"https://shop.example/old?x=1", {302, "/new?x=1"}}})).starts_with("pass"));
  CHECK(found(probe + "\nkeep_query: false", chain({{"https://shop.example/old?x=1", {302, "/new"}}}))
            .starts_with("pass"));
  CHECK(found(probe + "\nkeep_query: false", chain({{"https://shop.example/old?x=1", {302, "/new?x=1"}}}))
            .starts_with("fail"));
}

TEST_CASE("redirect: what is wrong on the way") {
  const std::string probe = "kind: redirect\nfrom: /a\nto: /z";
  const auto from_a = [&](Step step) {
    return found(probe, chain({{"https://shop.example/a", std::move(step)}}));
  };
  CHECK(contains(from_a({301, "http://shop.example/z"}),
                 "location of GET https://shop.example/a: expected https still"));
  CHECK(contains(from_a({301, "https://u:p@shop.example/z"}), "it holds a user or password"));
  CHECK(contains(from_a({301, "/z\r\nSet-Cookie: a=b"}), "it holds a control character"));
  CHECK(contains(from_a({301, "/\\evil.example/z"}), "backslash"));
  CHECK(contains(from_a({301, "ftp://shop.example/z"}), "its scheme is \"ftp\""));
  CHECK(contains(from_a({301, ""}), "it is empty"));
  CHECK(contains(from_a({301, "/a"}), "a loop: https://shop.example/a (301) -> https://shop.example/a"));
  CHECK(contains(found(probe, same_answer(301, {})), "expected where it leads, got absent"));
  CHECK(contains(found(probe, same_answer(301, {{"Location", "/z"}, {"Location", "/y"}})),
                 "there are 2 different ones"));
  CHECK(contains(
      found(probe, chain({{"https://shop.example/a", {301, "/b"}}, {"https://shop.example/b", {301, "/a"}}})),
      "a loop"));
  CHECK(contains(
      found(probe, chain({{"https://shop.example/a", {301, "/z"}}, {"https://shop.example/z", {404, ""}}})),
      "answer of https://shop.example/z: expected a page, got 404"));
  CHECK(contains(found(probe,
                       [](const client::Ask& ask) {
                         if (path_of(ask) == "/z") return trouble(client::Trouble::tls, "wrong name");
                         return http_answer(301, {{"Location", "/z"}});
                       }),
                 "fail: GET https://shop.example/z: expected an answer, got tls: wrong name"));
}

TEST_CASE("redirect: too many hops, and exactly as many as allowed") {
  const World world = [](const client::Ask& ask) {
    const std::string path = path_of(ask);
    return http_answer(302, {{"Location", path == "/" ? "/1" : path + "1"}});
  };
  CHECK(contains(found("kind: redirect\nto: /111111", world), "in at most 5 hops, got more:"));
  CHECK(found("kind: redirect\nto: /11111", world).starts_with("pass"));
  CHECK(contains(found("kind: redirect\nto: /111\nmax_hops: 2", world), "in at most 2 hops"));
}

TEST_CASE("redirect: http again before https, and another host first") {
  const std::string probe =
      "kind: redirect\nfrom_http: true\nto: https://www.shop.example/\nhosts: "
      "[www.shop.example]\nsame_host_first: true";
  CHECK(found(probe, chain({{"http://shop.example/", {301, "https://shop.example/"}},
                            {"https://shop.example/", {301, "https://www.shop.example/"}}}))
            .starts_with("pass"));
  CHECK(contains(found(probe, chain({{"http://shop.example/", {301, "https://www.shop.example/"}}})),
                 "first hop from http://shop.example/: expected https on the same host"));
  CHECK(contains(found(probe, chain({{"http://shop.example/", {301, "http://www.shop.example/"}},
                                     {"http://www.shop.example/", {301, "https://www.shop.example/"}}})),
                 "expected https at once, got http://www.shop.example/, which is http again"));
}

TEST_CASE("redirect: POST stays POST") {
  const std::string probe = "kind: redirect\nfrom: /a\nto: /z\nmethod: POST\nbody: x=1";
  std::vector<std::string> asked;
  const auto world = [](int status) {
    return [=](const client::Ask& ask) {
      return path_of(ask) == "/a" ? http_answer(status, {{"Location", "/z"}}) : http_answer(200);
    };
  };
  CHECK(judged(made(probe, kTarget), world(308), &asked).state() == ProbeState::pass);
  CHECK(asked == std::vector<std::string>{"POST https://shop.example/a", "POST https://shop.example/z"});
  CHECK(contains(found(probe, world(301)), "method after POST https://shop.example/a: expected POST still"));
}

TEST_CASE("redirect: hosts that are not listed are never asked") {
  std::vector<std::string> asked;
  const World world = chain({{"https://shop.example/a", {302, "https://evil.example/z"}}});
  const Probe probe = made("kind: redirect\nfrom: /a\nto: /z", kTarget);
  CHECK(contains(summary(judged(probe, world, &asked)), "not asked: the host is not in \"hosts\""));
  CHECK(asked.size() == 1);
  CHECK(found("kind: redirect\nfrom: /a\nto: https://evil.example/z", world).starts_with("pass"));
}

TEST_CASE("redirect: the target's address and secrets are for the target alone") {
  const Probe probe = [] {
    Probe with = made(
        "kind: redirect\nfrom: /a\nto: https://shop.example/a\nfrom_http: true\nport: 8080\n"
        "connect_to: 127.0.0.1:8443\nserver_name: inner.example",
        kTarget);
    with.spec.headers.emplace_back("Authorization", "Bearer secret");
    return with;
  }();
  std::vector<client::Ask> asks;
  judged(probe, [&](const client::Ask& ask) {
    asks.push_back(ask);
    return http_answer(asks.size() == 1 ? 301 : 200, {{"Location", "https://shop.example/a"}});
  });
  REQUIRE(asks.size() == 2);
  CHECK(request(asks[0]).url == "http://shop.example:8080/a");
  CHECK(sent(asks[0], "Authorization").empty());
  REQUIRE(asks[0].access);
  CHECK(asks[0].access->connect_to.empty());
  CHECK(asks[0].access->server_name == "inner.example");
  CHECK(request(asks[1]).url == "https://shop.example/a");
  CHECK(sent(asks[1], "Authorization") == "Bearer secret");
  CHECK_FALSE(asks[1].access);
}

TEST_CASE("redirect: mistakes in the gate file") {
  CHECK(is_refused("kind: redirect", "\"to\" is missing"));
  CHECK(is_refused("kind: redirect\nto: shop.example", "is not where a redirect can lead"));
  CHECK(is_refused("kind: redirect\nto: https://u@shop.example/", "it holds a user or password"));
  CHECK(is_refused("kind: redirect\nto: http://shop.example/", "this leads from https back to http"));
  CHECK(is_refused("kind: redirect\nto: /\nstatus: 304", "304 does not redirect"));
  CHECK(is_refused("kind: redirect\nto: /\nstatus: []", "is empty"));
  CHECK(is_refused("kind: redirect\nto: /\nport: 80", "\"port\" is the port of http"));
  CHECK(
      is_refused("kind: redirect\nto: /\nfrom_http: true", "asked over http already", "http://shop.example"));
  CHECK(is_refused("kind: redirect\nto: /\nkeep_path: true", "\"from\" has no path to keep"));
  CHECK(is_refused("kind: redirect\nfrom: /a\nto: /b\nkeep_path: true", "\"keep_path\" keeps another"));
  CHECK(is_refused("kind: redirect\nto: /\nkeep_query: true", "\"from\" has no query"));
  CHECK(is_refused("kind: redirect\nto: /\nbody: x", "\"GET\" has no body"));
  CHECK(is_refused("kind: redirect\nto: /\nmax_hops: 0", "out of range"));
}
