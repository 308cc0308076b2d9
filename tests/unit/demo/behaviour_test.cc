#include "demo/behaviour.h"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::demo;
using namespace std::chrono_literals;

namespace {

PathOptions path_named(std::string pattern) {
  PathOptions path;
  path.pattern = std::move(pattern);
  path.latency = LognormalLatency{20ms, 0.5};
  return path;
}

}  // namespace

TEST_CASE("errors and resets come at the rate that was asked for") {
  PathOptions path = path_named("/a");
  path.error_ratio = 0.05;
  path.reset_ratio = 0.2;
  int errors = 0, resets = 0;
  for (std::uint64_t n = 0; n < 20000; ++n) {
    const Fate fate = fate_of(path, 3, n);
    errors += fate.error;
    resets += fate.reset;
  }
  CHECK(errors == doctest::Approx(1000).epsilon(0.1));
  CHECK(resets == doctest::Approx(4000).epsilon(0.05));
}

TEST_CASE("without a rate there is no error and no reset") {
  for (std::uint64_t n = 0; n < 1000; ++n) {
    CHECK_FALSE(fate_of(path_named("/a"), 3, n).error);
    CHECK_FALSE(fate_of(path_named("/a"), 3, n).reset);
  }
}

TEST_CASE("a higher error rate changes no latency and keeps the errors that were there") {
  PathOptions few = path_named("/a"), many = path_named("/a");
  few.error_ratio = 0.01;
  many.error_ratio = 0.1;
  for (std::uint64_t n = 0; n < 1000; ++n) {
    CHECK(fate_of(few, 3, n).latency == fate_of(many, 3, n).latency);
    if (fate_of(few, 3, n).error) CHECK(fate_of(many, 3, n).error);
  }
}

TEST_CASE("two paths of one server have different fates") {
  CHECK(fate_of(path_named("/a"), 3, 0).latency != fate_of(path_named("/b"), 3, 0).latency);
}

TEST_CASE("the longest pattern that matches decides") {
  const std::vector<PathOptions> paths{path_named("/*"), path_named("/items/*"), path_named("/items"),
                                       path_named("/items/7")};
  CHECK(matching_path(paths, "/") == 0);
  CHECK(matching_path(paths, "/items") == 2);
  CHECK(matching_path(paths, "/items/1") == 1);
  CHECK(matching_path(paths, "/items/7") == 3);
  CHECK(matching_path({path_named("/items")}, "/item") == -1);
  CHECK(matching_path({}, "/") == -1);
}

TEST_CASE("without a stall an answer leaves after its latency") {
  CHECK(release_time({}, 100ms, 20ms) == 120ms);
}

TEST_CASE("a request that arrives in a stall starts when the stall ends") {
  const StallWindows stall{10s, 2s};
  CHECK(release_time(stall, 7s, 20ms) == 7020ms);
  CHECK(release_time(stall, 8s, 20ms) == 10020ms);
  CHECK(release_time(stall, 9999ms, 20ms) == 10020ms);
  CHECK(release_time(stall, 10s, 20ms) == 10020ms);
}

TEST_CASE("an answer that falls due in a stall leaves when the stall ends") {
  const StallWindows stall{10s, 2s};
  CHECK(release_time(stall, 7990ms, 20ms) == 10s);
  CHECK(release_time(stall, 17s, 2s) == 20s);
  CHECK(release_time(stall, 8s, 8500ms) == 20s);
}
