#include "demo/target_spec.h"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::demo;
using namespace std::chrono_literals;

namespace {

std::string errors_of(const std::string& spec) {
  auto path = parse_path(spec);
  return path ? "accepted" : path.error().render();
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a path with all its settings is read") {
  const auto path = parse_path(
      "/items/*=lognormal(20ms, 0.5) errors=1% status=503 resets=0.5% size=1KiB chunked close drip=100B/50ms "
      "interim=103 extra=5B");
  REQUIRE(path);
  CHECK(path->pattern == "/items/*");
  CHECK(std::get<LognormalLatency>(path->latency).median == 20ms);
  CHECK(std::get<LognormalLatency>(path->latency).sigma == doctest::Approx(0.5));
  CHECK(path->error_ratio == doctest::Approx(0.01));
  CHECK(path->error_status == 503);
  CHECK(path->reset_ratio == doctest::Approx(0.005));
  CHECK(path->body_bytes == 1024);
  CHECK(path->chunked);
  CHECK(path->close);
  CHECK(path->drip.bytes == 100);
  CHECK(path->drip.interval == 50ms);
  CHECK(path->interim_status == 103);
  CHECK(path->extra_bytes == 5);
}

TEST_CASE("a body takes the rest of the argument, with spaces") {
  const auto path = parse_path(R"(/page=5ms close json={"a": [1, 2]})");
  REQUIRE(path);
  CHECK(path->body == R"({"a": [1, 2]})");
  CHECK(path->content_type == "application/json");
  CHECK(path->close);
}

TEST_CASE("every distribution is read") {
  CHECK(std::get<ConstantLatency>(parse_latency("20ms").value()).value == 20ms);
  CHECK(std::get<ConstantLatency>(parse_latency("constant(20ms)").value()).value == 20ms);
  const auto bimodal = std::get<BimodalLatency>(parse_latency("bimodal(5ms,80ms,10%)").value());
  CHECK(bimodal.low == 5ms);
  CHECK(bimodal.high == 80ms);
  CHECK(bimodal.high_ratio == doctest::Approx(0.1));
  const auto pareto = std::get<ParetoLatency>(parse_latency("pareto(5ms,1.5)").value());
  CHECK(pareto.scale == 5ms);
  CHECK(pareto.alpha == doctest::Approx(1.5));
}

TEST_CASE("wrong distributions say what is expected") {
  CHECK(contains(parse_latency("normal(20ms,5ms)").error(), "unknown distribution \"normal\""));
  CHECK(contains(parse_latency("lognormal(20ms)").error(), "lognormal(MEDIAN,SIGMA)"));
  CHECK(contains(parse_latency("lognormal(20ms,0.5").error(), "a ) is missing"));
  CHECK(contains(parse_latency("lognormal(20ms,-1)").error(), "sigma must lie between"));
  CHECK(contains(parse_latency("pareto(5ms,x)").error(), "alpha must be a number"));
  CHECK_FALSE(parse_latency("bimodal(5ms,80ms,110%)"));
  CHECK_FALSE(parse_latency("20"));
}

TEST_CASE("every mistake of an argument is named with its place") {
  const std::string text = errors_of("/items=20ms erors=1% status=999 close=maybe");
  CHECK(contains(text, "--path:1:13"));
  CHECK(contains(text, "unknown setting \"erors\""));
  CHECK(contains(text, "did you mean \"errors\"?"));
  CHECK(contains(text, "--path:1:29"));
  CHECK(contains(text, "a status from 200 to 599"));
  CHECK(contains(text, "--path:1:39"));
  CHECK(contains(text, "write true or false"));
}

TEST_CASE("settings that make no sense are refused") {
  CHECK(contains(errors_of("items=20ms"), "a path must start with /"));
  CHECK(contains(errors_of("/a=20ms 30ms"), "unknown setting \"30ms\""));
  CHECK(contains(errors_of("/a=20ms errors"), "\"errors\" needs a value"));
  CHECK(contains(errors_of("/a=20ms errors=101%"), "between 0% and 100%"));
  CHECK(contains(errors_of("/a=20ms drip=100B"), "BYTES/INTERVAL"));
  CHECK(contains(errors_of("/a=20ms drip=0B/1ms"), "1B to 1MiB"));
  CHECK(contains(errors_of("/a=20ms interim=200"), "a status from 102 to 199"));
  CHECK(contains(errors_of("/a=20ms extra=1GiB"), "at most 1MiB"));
}

TEST_CASE("stall windows are read as lasting and every") {
  const auto stall = parse_stall("2s/10s");
  REQUIRE(stall);
  CHECK(stall->lasting == 2s);
  CHECK(stall->every == 10s);
  CHECK(contains(parse_stall("2s").error(), "LASTING/EVERY"));
  CHECK(contains(parse_stall("10s/2s").error(), "shorter"));
  CHECK_FALSE(parse_stall("x/2s"));
  CHECK_FALSE(parse_stall("1s/x"));
}
