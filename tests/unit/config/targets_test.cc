#include <doctest/doctest.h>

#include "config/url.h"
#include "reading.h"

using namespace assay;
using namespace assay::config;
using namespace std::chrono_literals;

namespace {

std::string gate_for(const std::string& targets) {
  return "version: 1\ntargets: " + targets + "\n" + kLoad + "scenarios: { s: { steps: [ { get: / } ] } }\n";
}

}  // namespace

TEST_CASE("a target may be just its URL") {
  Reading reading;
  const auto gate = reading.read(gate_for("{ baseline: http://b, candidate: http://a }"));
  REQUIRE(gate);
  CHECK(gate->targets.at(0).arm == Arm::candidate);
  CHECK(gate->target(Arm::baseline)->url == "http://b");
}

TEST_CASE("a target is read with everything it can hold") {
  Reading reading;
  reading.options.folder = "gates";
  const auto gate =
      reading.read(gate_for("{ candidate: { url: https://a:8443, connect_to: \"[::1]:9\", resolve: { a: "
                            "10.0.0.7 }, headers: { X-A: b }, "
                            "timeouts: { connect: 1s, total: 2s }, tls: { ca: ca.pem, cert: /c.pem, key: "
                            "k.pem, min_version: 1.2, server_name: n, "
                            "resume: false } } }"));
  REQUIRE_MESSAGE(gate, (gate ? "" : gate.error().render()));
  const TargetSpec& target = gate->targets.at(0);
  CHECK(target.connect_to == "[::1]:9");
  CHECK(target.resolve.at("a") == "10.0.0.7");
  CHECK(target.headers.at(0).name == "X-A");
  CHECK(target.timeouts.connect == Nanos(1s));
  CHECK(target.timeouts.tls == Nanos(5s));
  CHECK(target.timeouts.total == Nanos(2s));
  CHECK(target.tls.ca == "gates/ca.pem");
  CHECK(target.tls.certificate == "/c.pem");
  CHECK(target.tls.min_version == "1.2");
  CHECK(target.tls.server_name == "n");
  CHECK(target.tls.verify);
  CHECK_FALSE(target.tls.resume);
}

TEST_CASE("--target replaces a URL, keeps the other options and needs no variable of the old one") {
  Reading reading;
  reading.options.targets = {{"candidate", "http://new:1"}};
  const auto gate = reading.read(gate_for("{ candidate: { url: \"${NOT_SET}\", headers: { X-A: b } } }"));
  REQUIRE(gate);
  CHECK(gate->targets.at(0).url == "http://new:1");
  CHECK(gate->targets.at(0).headers.size() == 1);
}

TEST_CASE("--target can add a baseline, and stand in for the whole key") {
  Reading reading;
  reading.options.targets = {{"candidate", "http://a"}, {"baseline", "http://b"}};
  const auto gate = reading.read("version: 1\n" + kLoad + "scenarios: { s: { steps: [ { get: / } ] } }\n");
  REQUIRE(gate);
  CHECK(gate->targets.size() == 2);
  CHECK(gate->compare.size() == 5);
}

TEST_CASE("a bad URL on the command line is shown as it was given") {
  Reading reading;
  reading.options.targets = {{"candidate", "ftp://a"}};
  const auto gate = reading.read(gate_for("{ candidate: http://b }"));
  REQUIRE_FALSE(gate);
  CHECK(gate.error().render().find("--target candidate=ftp://a") != std::string::npos);
}

TEST_CASE("URLs are split into scheme, host and port") {
  CHECK(parse_url("https://a.example.com")->port == 443);
  CHECK(parse_url("http://a:8080/")->port == 8080);
  CHECK(parse_url("http://[::1]:8080")->host == "::1");
  CHECK(parse_url("http://a/base/path")->host == "a");
  CHECK(parse_url("http+unix://%2Frun%2Fapp.sock")->host == "/run/app.sock");
  CHECK(parse_url("http+unix://%2Frun%2Fapp.sock/base")->scheme == Url::Scheme::http_unix);
}

TEST_CASE("what is no target says why") {
  for (const char* url :
       {"", "a", "http://", "http://a:0", "http://a:99999", "http://a b", "http://[::1", "http://a?x=1",
        "http://u:p@a", "ws://a", "http+unix://run/app.sock", "http+unix:///", "http://a#b"}) {
    CAPTURE(url);
    const auto parsed = parse_url(url);
    REQUIRE_FALSE(parsed);
    CHECK_FALSE(parsed.error().empty());
  }
}
