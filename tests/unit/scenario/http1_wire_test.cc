#include "scenario/http1_wire.h"

#include <doctest/doctest.h>

#include "tests/unit/scenario/gate_fixture.h"

using namespace assay;
using namespace assay::scenario;

namespace {

// What stands between the request line and the blank line.
std::string headers_of(const std::string& bytes) {
  const std::size_t begin = bytes.find("\r\n") + 2;
  return bytes.substr(begin, bytes.find("\r\n\r\n") + 2 - begin);
}

std::string body_of(const std::string& bytes) { return bytes.substr(bytes.find("\r\n\r\n") + 4); }

std::string line_of(const std::string& bytes) { return bytes.substr(0, bytes.find("\r\n")); }

}  // namespace

TEST_CASE("requests without content have no length where none is expected") {
  for (const std::string method : {"GET", "HEAD", "DELETE", "OPTIONS"}) {
    CHECK(rendered(request(method, "/a")) == method + " /a HTTP/1.1\r\n" + kOwnHeaders + "\r\n");
  }
}

TEST_CASE("methods that anticipate content say that there is none") {
  for (const std::string method : {"POST", "PUT", "PATCH"}) {
    CHECK(rendered(request(method, "/a")) ==
          method + " /a HTTP/1.1\r\n" + kOwnHeaders + "Content-Length: 0\r\n\r\n");
  }
}

TEST_CASE("a json body is compact and says its type and length") {
  CHECK(rendered(with_json(request("POST", "/a"), {{"name", "é"}, {"tags", {1, nullptr, true}}})) ==
        "POST /a HTTP/1.1\r\n" + kOwnHeaders +
            "Content-Type: application/json\r\nContent-Length: "
            "34\r\n\r\n{\"name\":\"é\",\"tags\":[1,null,true]}");
}

TEST_CASE("a text body goes out as it is") {
  CHECK(rendered(with_text(request("PUT", "/a"), "line\nline")) ==
        "PUT /a HTTP/1.1\r\n" + kOwnHeaders +
            "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 9\r\n\r\nline\nline");
}

TEST_CASE("the length of a templated body is known when it is rendered") {
  auto spec = gate({with_text(request("POST", "/a"), "hello ${name}")});
  set_variable(spec, "name", "wörld");
  CHECK(rendered(spec) ==
        "POST /a HTTP/1.1\r\n" + kOwnHeaders +
            "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 12\r\n\r\nhello wörld");
}

TEST_CASE("references in a json body keep their type") {
  auto spec = gate(
      {with_json(request("POST", "/a"),
                 {{"id", "${id}"}, {"name", "${name}"}, {"note", "#${id}: ${name}"}, {"raw", "$${id}"}})});
  set_variable(spec, "id", 7);
  set_variable(spec, "name", "a\"b");
  CHECK(body_of(rendered(spec)) == R"({"id":7,"name":"a\"b","note":"#7: a\"b","raw":"${id}"})");
}

TEST_CASE("a templated empty body has length 0") {
  auto spec = gate({with_text(request("POST", "/a"), "${nothing}")});
  set_variable(spec, "nothing", "");
  CHECK(headers_of(rendered(spec)).ends_with("Content-Length: 0\r\n"));
}

TEST_CASE("query parameters are encoded and appended") {
  auto spec = request("GET", "/a?x=1");
  spec.query = {field("q", "a b&c"), field("é", "100%")};
  CHECK(line_of(rendered(spec)) == "GET /a?x=1&q=a%20b%26c&%C3%A9=100%25 HTTP/1.1");
  spec.path = text("/a");
  CHECK(line_of(rendered(spec)) == "GET /a?q=a%20b%26c&%C3%A9=100%25 HTTP/1.1");
}

TEST_CASE("a path keeps its own escapes and loses what no URL may hold") {
  CHECK(line_of(rendered(request("GET", "/a%2Fb/[x]?y=a+b"))) == "GET /a%2Fb/[x]?y=a+b HTTP/1.1");
  CHECK(line_of(rendered(request("GET", "/ä b\r\n#c"))) == "GET /%C3%A4%20b%0D%0A%23c HTTP/1.1");
}

TEST_CASE("a value in a path stays one segment and cannot split the request") {
  auto spec = gate({request("GET", "/a/${x}?y=${x}")});
  set_variable(spec, "x", "1/2?a=b&c HTTP/1.1\r\nX: y");
  CHECK(line_of(rendered(spec)) ==
        "GET /a/1%2F2%3Fa%3Db%26c%20HTTP%2F1.1%0D%0AX%3A%20y?y=1%2F2%3Fa%3Db%26c%20HTTP%2F1.1%0D%0AX%3A%20y "
        "HTTP/1.1");
}

TEST_CASE("a value in a header cannot start another header") {
  auto step = request("GET", "/");
  step.headers = {field("X-Tag", "<${x}>")};
  auto spec = gate({step});
  set_variable(spec, "x", "a\r\nEvil: 1\n\n");
  CHECK(headers_of(rendered(spec)) == kOwnHeaders + "X-Tag: <a%0D%0AEvil: 1%0A%0A>\r\n");
}

TEST_CASE("headers of the step replace those of the target, which replace our own") {
  auto step = request("GET", "/");
  step.headers = {field("x-env", "step"), field("ACCEPT", "text/html")};
  auto spec = gate({step});
  spec.targets[0].headers = {field("X-Env", "target"), field("Host", "shop.example"), field("X-Only", "t")};
  CHECK(headers_of(rendered(spec)) == "Host: shop.example\r\nUser-Agent: assay/" ASSAY_VERSION
                                      "\r\nACCEPT: text/html\r\nx-env: step\r\nX-Only: t\r\n");
}

TEST_CASE("a given content type is kept") {
  auto step = with_json(request("POST", "/"), Json::array());
  step.headers = {field("content-type", "application/vnd.api+json")};
  const std::string headers = headers_of(rendered(step));
  CHECK(headers == kOwnHeaders + "content-type: application/vnd.api+json\r\nContent-Length: 2\r\n");
}

TEST_CASE("a header may repeat within one step") {
  auto step = request("GET", "/");
  step.headers = {field("X-A", "1"), field("X-A", "2")};
  CHECK(headers_of(rendered(step)) == kOwnHeaders + "X-A: 1\r\nX-A: 2\r\n");
}

TEST_CASE("each arm gets its own host and headers") {
  auto spec = gate({request("GET", "/a")});
  spec.targets.push_back(target("https://old.test", Arm::baseline));
  spec.targets[1].headers = {field("X-Arm", "old")};
  CHECK(headers_of(rendered(spec, Arm::candidate)) == kOwnHeaders);
  CHECK(headers_of(rendered(spec, Arm::baseline)) == "Host: old.test\r\nUser-Agent: assay/" ASSAY_VERSION
                                                     "\r\nAccept: */*\r\nX-Arm: old\r\n");
}

TEST_CASE("headers that break the framing are mistakes of the user") {
  for (const std::string name : {"Content-Length", "transfer-encoding", "X Y", ""}) {
    auto step = request("GET", "/");
    step.headers = {field(name, "5")};
    auto set = compile(gate({step}));
    CAPTURE(name);
    REQUIRE_FALSE(set);
    CHECK(set.error().size() == 1);
  }
  auto step = request("GET", "/");
  step.headers = {field("X-A", "one\r\nX-B: two")};
  CHECK_FALSE(compile(gate({step})));
}
