#include <doctest/doctest.h>

#include "tests/unit/probes/prometheus_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

std::string says(const std::string& result, const std::string& keys, const std::string& query = "up",
                 const std::string& now = "[]") {
  PrometheusWorld world;
  world.queries["up"] = now;
  world.queries[query] = result;
  return summary(judged(made("kind: promql\nprometheus: http://127.0.0.1:9090\nquery: up\n" + keys), world));
}

std::string refused(const std::string& keys) { return staged("kind: promql\n" + keys).errors; }

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("promql: every series must have the value") {
  const std::string three = "[" + vector_series("", "3") + "]";
  CHECK(says(three, "expect: 3") == "pass: value: 3");
  CHECK(says(three, "expect: \">= 3\"") == "pass: value: 3");
  CHECK(says(three, "expect: \"< 300%\"") == "fail: value: expected < 300%, got 3");
  const std::string two =
      "[" + vector_series(R"("job":"a")", "1") + "," + vector_series(R"("job":"b")", "0") + "]";
  CHECK(says(two, "expect: 1") == R"(fail: value: expected 1, got 0 of {job="b"})");
  CHECK(says(two, "expect: \"<= 1\"") == "pass: value: 0 to 1 in 2 series");
}

TEST_CASE("promql: nothing and NaN are errors unless something else is said") {
  CHECK(has(says("[]", "expect: 1"), "error: value: no series"));
  CHECK(has(says("[]", "expect: 0\non_empty: pass"), "pass: value: no series"));
  CHECK(has(says("[]", "expect: 0\non_empty: fail"), "fail: value"));
  const std::string nan = "[" + vector_series("", "NaN") + "]";
  CHECK(has(says(nan, "expect: \"< 1\""), "error: NaN: NaN in 1 of 1 points"));
  CHECK(has(says(nan, "expect: \"< 1\"\non_nan: warn"), "warn: NaN"));
  CHECK(says("[" + vector_series("", "+Inf") + "]", "expect: \"> 1\"") == "pass: value: inf");
}

TEST_CASE("promql: over a time, each point counts") {
  const std::string range = R"([{"metric":{},"values":[[1,"1"],[2,"5"],[3,"2"]]}])";
  CHECK(says(range, "expect: \"< 5\"\nover: 3s\nstep: 1s", "(up)[3000ms:1000ms]") ==
        "fail: value: expected < 5 throughout the last 3s, got 5");
  CHECK(says(range, "expect: \"<= 5\"\nover: 3s\nstep: 1s", "(up)[3000ms:1000ms]") == "pass: value: 1 to 5");
  CHECK(has(says(range, "expect: \"<= 5\"\nover: 1m\nstep: 1s", "(up)[60000ms:1000ms]"),
            "error: time: data of 2s only"));
}

TEST_CASE("promql: over a time, what is now counts as well") {
  const std::string range = R"([{"metric":{"job":"a"},"values":[[1,"1"],[2,"1"],[3,"1"]]}])";
  const auto with = [&](const std::string& now, const std::string& keys = "expect: 1\nover: 3s\nstep: 1s") {
    return says(range, keys, "(up)[3000ms:1000ms]", now);
  };
  const std::string same = R"([{"metric":{"job":"a"},"value":[3.5,"1"]}])";
  CHECK(with(same) == "pass: value: 1");
  CHECK(with(R"([{"metric":{"job":"a"},"value":[3.5,"0"]}])") ==
        "fail: value: expected 1 throughout the last 3s, got 0 of {job=\"a\"}");
  CHECK(with(R"([{"metric":{"job":"b"},"value":[3.5,"1"]}])") == "pass: value: 1 in 2 series");
  CHECK(with("[]") == "pass: value: 1");
  CHECK(has(says("[]", "expect: 1\nover: 3s\nstep: 1s", "(up)[3000ms:1000ms]", same), "data of 0s only"));
  CHECK(
      has(says("[]", "expect: 1\nover: 3s\nstep: 1s", "(up)[3000ms:1000ms]"), "there, or was in that time"));
}

TEST_CASE("promql: a witness that does not answer is an error") {
  const Probe probe = made("kind: promql\nprometheus: http://127.0.0.1:9090\nquery: up\nexpect: 1");
  const auto with = [&](client::Answer answer) {
    return summary(judged(probe, [=](const client::Ask&) { return answer; }));
  };
  CHECK(with(trouble(client::Trouble::refused, "connection refused")) ==
        "error: query: refused: connection refused");
  CHECK(has(
      with(http_answer(400, {}, R"({"status":"error","errorType":"bad_data","error":"1:3: parse error"})")),
      "error: query: status 400, bad_data: 1:3: parse error"));
  CHECK(has(with(http_answer(502, {}, "<html>")), "error: query: status 502 with HTML instead of JSON"));
  CHECK(has(
      with(http_answer(200, {}, R"({"status":"success","data":{"resultType":"string","result":[1,"x"]}})")),
      "a string, not a number"));
  CHECK(has(with(http_answer(
                200, {}, R"({"status":"success","data":{"resultType":"vector","result":[{"value":[1]}]}})")),
            "no value that can be read"));
}

TEST_CASE("promql: mistakes in the gate file") {
  CHECK(has(refused("query: up\nexpect: 1"), "\"prometheus\" is missing"));
  CHECK(has(refused("prometheus: http://127.0.0.1:9090\nquery: up\nexpect: fast"), "demands no number"));
  CHECK(has(refused("prometheus: http://127.0.0.1:9090\nquery: up\nexpect: 1\nstep: 1s"),
            "no meaning without"));
  CHECK(has(refused("prometheus: http://127.0.0.1:9090\nquery: up\nexpect: 1\nover: 10h\nstep: 1s"),
            "11,000 points"));
  CHECK(has(refused("prometheus: nowhere\nquery: up\nexpect: 1"), "is no URL to ask"));
  CHECK(has(refused("prometheus: http://127.0.0.1:9090\nquery: up\nexpect: 1\ntarget: baseline"),
            "means nothing here"));
}
