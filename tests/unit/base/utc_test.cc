#include "base/utc.h"

#include <doctest/doctest.h>

namespace assay {
namespace {

TEST_CASE("utc: what is written is read back") {
  for (const char* text :
       {"2026-11-21T10:00:00.250Z", "2026-11-21T10:00:00.123Z", "1970-01-01T00:00:00.000Z"}) {
    const auto moment = utc_moment(text);
    REQUIRE(moment);
    CHECK(utc_text(*moment) == text);
  }
}

TEST_CASE("utc: a moment is read to the millisecond where one is written") {
  const auto time = utc_moment("2026-11-21T10:00:00Z");
  REQUIRE(time);
  CHECK(std::chrono::system_clock::to_time_t(*time) == 1795255200);
  const auto finer = utc_moment("2026-11-21T10:00:00.250Z");
  REQUIRE(finer);
  CHECK(std::chrono::round<std::chrono::milliseconds>(*finer - *time).count() == 250);
  for (const char* wrong : {"", "now", "2026-11-21", "2026-11-21T10:00:00", "2026-11-21T10:00:00+01:00",
                            "2026-11-21T10:00:00.xZ"}) {
    CAPTURE(wrong);
    CHECK_FALSE(utc_moment(wrong));
  }
}

}  // namespace
}  // namespace assay
