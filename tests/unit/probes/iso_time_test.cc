#include "probes/iso_time.h"

#include <doctest/doctest.h>

#include <string>

#include "base/utc.h"

using namespace assay;
using namespace assay::probes;

namespace {

std::string read(std::string_view text) {
  const Expected<WallTime, std::string> time = parse_iso_time(text);
  return time ? utc_text(*time) : time.error();
}

}  // namespace

TEST_CASE("iso time: every way to write a zone means the same moment") {
  for (const std::string_view text :
       {"2026-02-14T09:00:00Z", "2026-02-14T11:00:00+02:00", "2026-02-14T11:00:00+0200",
        "2026-02-14T11:00:00+02", "2026-02-14T03:30:00-05:30", "2026-02-14t09:00:00z", "2026-02-14 09:00:00Z",
        "2026-02-14T09:00Z"})
    CHECK(read(text) == "2026-02-14T09:00:00.000Z");
  CHECK(read("2026-02-14T09:00:00.125999Z") == "2026-02-14T09:00:00.125Z");
  CHECK(read("2024-02-29T23:59:60Z") == "2024-03-01T00:00:00.000Z");  // a leap second in a leap year
}

TEST_CASE("iso time: without a zone it is refused, because a guess would be wrong by hours") {
  CHECK(read("2026-02-14T09:00:00") ==
        R"(the time "2026-02-14T09:00:00" has no zone; write it with Z or +02:00)");
}

TEST_CASE("iso time: what is none is refused") {
  for (const std::string_view text :
       {"", "2026", "2026-02-30T09:00:00Z", "2025-02-29T09:00:00Z", "2026-13-01T09:00:00Z",
        "2026-02-14T24:00:00Z", "2026-02-14T09:00:00.Z", "2026-02-14T09:00:00Zx", "2026-02-14T09:00:00+2",
        "2026-02-14T09:00:00+99:00", "+026-02-14T09:00:00Z", "2026-02-14T-9:00:00Z", "9999-01-01T00:00:00Z",
        "1900-01-01T00:00:00Z", "14.02.2026 09:00", "1771059600"})
    CHECK(read(text).find("is not a time like 2026-02-14T09:00:00Z") != std::string::npos);
}
