#include "probes/grpc_frame.h"
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using namespace std::string_literals;

namespace {

constexpr std::string_view kProbe = "kind: grpc-health\nservice: shop.Orders";

client::Answer grpc(std::string body, std::string code = "0") {
  client::Answer answer = http_answer(200, {{"content-type", "application/grpc+proto"}}, std::move(body));
  auto& http = std::get<client::HttpAnswer>(answer.what);
  http.version = "2";
  http.trailers = {{"grpc-status", std::move(code)}};
  return answer;
}

client::Answer trailers_only(std::string code, std::string message) {
  client::Answer answer = grpc("");
  auto& http = std::get<client::HttpAnswer>(answer.what);
  http.trailers.clear();
  http.headers.push_back({"grpc-status", std::move(code)});
  http.headers.push_back({"grpc-message", std::move(message)});
  return answer;
}

std::string frame(std::string message) { return "\0\0\0\0"s + static_cast<char>(message.size()) + message; }

std::string told(client::Answer answer, std::string_view probe = kProbe) {
  return summary(judged(made(probe), [=](const client::Ask&) { return answer; }));
}

std::string got(std::string observed) {
  return "fail: service shop.Orders: expected SERVING, got " + observed;
}

}  // namespace

TEST_CASE("grpc-health: SERVING passes") {
  CHECK(told(grpc(frame("\x08\x01"))) == "pass: service shop.Orders: SERVING");
  CHECK(told(grpc(frame("\x08\x01")), "kind: grpc-health") == "pass: the server: SERVING");
  CHECK(told(grpc(frame("\x08\x01")), "kind: grpc-health\nservice: ['', shop.Orders]") ==
        "pass: all 2 facts hold");
}

TEST_CASE("grpc-health: the ask is what gRPC wants") {
  const Probe plain = made(kProbe), secure = made(kProbe, "https://127.0.0.1:8443");
  const auto asks = plain.kind->next(plain, {});
  REQUIRE(asks.size() == 1);
  const auto& http = std::get<client::HttpAsk>(asks[0].what);
  CHECK(http.url == "http://127.0.0.1:8080/grpc.health.v1.Health/Check");
  CHECK(http.method == "POST");
  CHECK(http.version == client::HttpAsk::Version::http2_prior_knowledge);
  CHECK(http.body == "\0\0\0\0\x0d\x0a\x0bshop.Orders"s);
  const auto asked_secure = secure.kind->next(secure, {});
  CHECK(std::get<client::HttpAsk>(asked_secure[0].what).version == client::HttpAsk::Version::http2);
  std::string sent;
  for (const client::Field& field : http.headers) sent += field.name + ": " + field.value + "\n";
  CHECK(sent == "content-type: application/grpc\nte: trailers\ngrpc-timeout: 5000m\n");
  CHECK(health_request("") == "\0\0\0\0\0"s);
  CHECK(health_request(std::string(200, 'x')).substr(0, 8) == "\0\0\0\0\xcb\x0a\xc8\x01"s);
}

TEST_CASE("grpc-health: every other status fails by name") {
  CHECK(told(grpc(frame(""))) == got("UNKNOWN"));
  CHECK(told(grpc(frame("\x08\x02"))) == got("NOT_SERVING"));
  CHECK(told(grpc(frame("\x08\x03"))) == got("SERVICE_UNKNOWN"));
  CHECK(told(grpc(frame("\x08\x09"))) == got("the unknown status 9"));
}

TEST_CASE("grpc-health: what the server says instead of a status") {
  CHECK(told(trailers_only("12", "unknown service grpc%2Ehealth")) ==
        got("UNIMPLEMENTED (12): unknown service grpc.health; there is no health service (grpc.health.v1)"));
  CHECK(told(trailers_only("5", "unknown service")) ==
        got("NOT_FOUND (5): unknown service; the health service does not know this service"));
  CHECK(told(trailers_only("16", "")) == got("UNAUTHENTICATED (16); the health service wants credentials"));
  CHECK(told(grpc("", "14")) == got("UNAVAILABLE (14)"));
  CHECK(told(grpc("", "99")) == got("an unknown code (99)"));
}

TEST_CASE("grpc-health: hops that do not speak gRPC") {
  CHECK(told(http_answer(200, {{"content-type", "text/html"}}, "<html>")) ==
        got("an answer in HTTP/1.1: gRPC needs HTTP/2 on every hop"));
  client::Answer html = grpc("<html>");
  std::get<client::HttpAnswer>(html.what).headers[0].value = "text/html";
  CHECK(told(html) == got("content-type \"text/html\": no gRPC"));
  client::Answer gateway = grpc("");
  std::get<client::HttpAnswer>(gateway.what).status = 502;
  std::get<client::HttpAnswer>(gateway.what).trailers.clear();
  CHECK(told(gateway) == got("HTTP status 502 from a hop that does not speak gRPC"));
  client::Answer cut = grpc(frame("\x08\x01"));
  std::get<client::HttpAnswer>(cut.what).trailers.clear();
  CHECK(told(cut) == got("no grpc-status: a hop cut the trailers off"));
  CHECK(told(grpc(frame("\x08\x01"), "zero")) == got("no grpc-status: a hop cut the trailers off"));
  CHECK(told(trouble(client::Trouble::protocol, "HTTP/1.1")) ==
        got("protocol: HTTP/1.1; does it speak HTTP/2 without TLS?"));
  CHECK(told(trouble(client::Trouble::timeout, "no answer")) == got("hang: no answer"));
  CHECK(told(trouble(client::Trouble::refused, "why")) == got("refused: why"));
  CHECK(told(trouble(client::Trouble::local, "why")).starts_with("error"));
}

TEST_CASE("grpc-health: broken frames and messages") {
  CHECK(told(grpc("")) == got("0 B where a frame begins with 5"));
  CHECK(told(grpc("\1\0\0\0\0"s)) == got("a compressed message, which was not asked for"));
  CHECK(told(grpc("\0\0\0\0\x09\x08\x01"s)) == got("a frame of 9 B, and 2 B after its head"));
  CHECK(told(grpc(frame("\x08\x01") + frame(""))) == got("a frame of 2 B, and 7 B after its head"));
  for (const std::string& message : {"\x08"s, "\x08\xff"s, "\x00"s, "\x0a\x7fx"s, "\x0f"s, "\x11\x01"s,
                                     "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s})
    CHECK(told(grpc(frame(message))) == got("a message that is no HealthCheckResponse"));
}

TEST_CASE("grpc-health: fields of later versions are passed over") {
  CHECK(health_status("\x12\x03"
                      "abc\x08\x01\x1d"
                      "abcd\x21"
                      "12345678"s) == 1U);
}

TEST_CASE("grpc-health: mistakes name what to write") {
  CHECK(staged("kind: grpc-health\nservice: []").errors.find("is empty") != std::string::npos);
  CHECK(staged("kind: grpc-health\nservice: a.B/Check").errors.find("is not the name of a service") !=
        std::string::npos);
  CHECK(staged("kind: grpc-health\nhttp_version: \"2\"").errors.find("unknown key") != std::string::npos);
}
