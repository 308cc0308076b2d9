#include <doctest/doctest.h>

#include "reading.h"

using namespace assay;
using namespace assay::config;
using namespace std::chrono_literals;

TEST_CASE("a request is read with everything it can hold") {
  Reading reading;
  const auto gate =
      reading.read(gate_with_steps("      - name: add\n        put: /items\n        query: { tag: [a, b], n: "
                                   "1 }\n        headers: { X-A: one }\n"
                                   "        text: hello\n        timeout: 2s\n        safe: true\n        "
                                   "extract: { e: { header: etag } }\n"));
  REQUIRE(gate);
  CHECK(gate->scenarios.at(0).steps.at(0).name == "add");
  const RequestSpec& step = request(*gate);
  CHECK(step.method == "PUT");
  REQUIRE(step.query.size() == 3);
  CHECK(step.query.at(1).name == "tag");
  CHECK(step.query.at(1).value.source_text() == "b");
  CHECK(step.body.kind == BodySpec::Kind::text);
  CHECK(step.timeout == Nanos(2s));
  CHECK(step.safe);
  CHECK(step.extract.at(0).from == ExtractSpec::From::header);
}

TEST_CASE("get, head and options are safe, the others are not") {
  for (const auto& [method, safe] :
       {std::pair("get", true), std::pair("head", true), std::pair("options", true), std::pair("post", false),
        std::pair("put", false), std::pair("patch", false), std::pair("delete", false)}) {
    CAPTURE(method);
    Reading reading;
    const auto gate = reading.read(gate_with_steps("      - " + std::string(method) + ": /\n"));
    REQUIRE(gate);
    CHECK(request(*gate).safe == safe);
  }
}

TEST_CASE("pauses are fixed or drawn from a range") {
  Reading reading;
  const auto gate =
      reading.read(gate_with_steps("      - get: /\n      - pause: 1s\n      - pause: 200ms..800ms\n"));
  REQUIRE(gate);
  const auto pause = [&](std::size_t i) {
    return std::get<PauseSpec>(gate->scenarios.at(0).steps.at(i).action);
  };
  CHECK(pause(1).min == Nanos(1s));
  CHECK(pause(1).max == Nanos(1s));
  CHECK(pause(2).min == Nanos(200ms));
  CHECK(pause(2).max == Nanos(800ms));
}

TEST_CASE("pauses need no names of their own") {
  Reading reading;
  CHECK(reading.read(gate_with_steps("      - get: /\n      - pause: 1s\n      - pause: 1s\n")));
}

TEST_CASE("two scenarios may use one step name") {
  Reading reading;
  CHECK(reading.read("version: 1\n" + kTargets + kLoad +
                     "scenarios: { a: { steps: [ { get: / } ] }, b: { steps: [ { get: / } ] } }\n"));
}

TEST_CASE("a status is a code, a class or a list, and absent when not written") {
  Reading reading;
  const auto gate =
      reading.read(gate_with_steps("      - { get: /a, expect: { status: 200 } }\n"
                                   "      - { get: /b, expect: { status: [204, 3xx] } }\n"
                                   "      - { get: /c, expect: { body: { contains: x } } }\n"));
  REQUIRE(gate);
  CHECK(request(*gate, 0).expect.status->accepted.at(0).last == 200);
  CHECK(request(*gate, 1).expect.status->source_text == "204, 3xx");
  CHECK(request(*gate, 1).expect.status->accepted.at(1).first == 300);
  CHECK(request(*gate, 1).expect.status->accepted.at(1).last == 399);
  CHECK_FALSE(request(*gate, 2).expect.status);
}
