#include "cli/run_options.h"

#include <doctest/doctest.h>

namespace assay::cli {
namespace {

TEST_CASE("a segment is a part of a whole") {
  const auto segment = parse_segment("2/5");
  REQUIRE(segment);
  CHECK(segment->index == 2);
  CHECK(segment->count == 5);
  for (const char* wrong : {"", "2", "0/5", "6/5", "2/", "/5", "2/5x", "-1/5", "a/b"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_segment(wrong));
  }
}

TEST_CASE("segments need a common seed") {
  RunOptions options;
  options.segment = "1/2";
  CHECK(options.contradiction({}).find("--seed") != std::string::npos);
  options.seed = 7;
  CHECK(options.contradiction({}).empty());
}

TEST_CASE("a start time that has passed is refused") {
  RunOptions options;
  options.start_at = "2020-01-01T00:00:00Z";
  CHECK(options.contradiction({}) == "--start-at 2020-01-01T00:00:00Z has passed");
}

TEST_CASE("pacing modes carry the engine's names") {
  RunOptions options;
  CHECK(options.pacing_mode() == net::Pacing::sleep);
  options.pacing = "spin";
  CHECK(options.pacing_mode() == net::Pacing::spin);
}

TEST_CASE("there is always a worker") { CHECK(default_workers() >= 1); }

}  // namespace
}  // namespace assay::cli
