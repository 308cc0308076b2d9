#include "reports/look_rows.h"

#include <doctest/doctest.h>

#include "reports/registry.h"
#include "tests/support/sample_run.h"

namespace assay::reports {
namespace {

RunRecord looked_at() {
  RunRecord record = test_support::sample_run();
  record.verdict->looks = {{1, 4, 0.25, 8.86e-5, 0.0179, 8.8e-5, 0.0179, 0.3, 0.6},
                           {2, 4, 0.5, 0.0056, 0.0189, 0.0056, 0.031, 0.02, 0.004}};
  record.result.early_stop =
      EarlyStop{StopCause::failed, Nanos{31'000'000'000}, "look 2 of 4 proved a regression"};
  return record;
}

std::string written(std::string_view format, const RunRecord& record) {
  ReportOptions all;
  all.detail = Detail::full;
  return find_report_format(format)->write(record, all);
}

TEST_CASE("a run that was judged once has no table of looks") {
  CHECK(look_rows(*test_support::sample_run().verdict).empty());
  for (const char* format : {"terminal", "markdown"})
    CHECK(written(format, test_support::sample_run()).find("1 of") == std::string::npos);
}

TEST_CASE("each look shows what was found, what was needed and what is spent") {
  const auto rows = look_rows(*looked_at().verdict);
  REQUIRE(rows.size() == 3);
  CHECK(rows[1] ==
        std::vector<std::string>{"1 of 4", "25%", "0.3", "9e-05", "0.6", "0.018", "0.0088%", "1.79%"});
  CHECK(rows[2] ==
        std::vector<std::string>{"2 of 4", "50%", "0.02", "0.0056", "0.004", "0.019", "0.56%", "3.1%"});
  for (const auto& row : rows) CHECK(row.size() == rows.front().size());
}

TEST_CASE("every format says why a run ended early, and shows its looks") {
  CHECK(written("terminal", looked_at()).find("stopped    after 31s: look 2 of 4 proved a regression") !=
        std::string::npos);
  CHECK(written("terminal", looked_at()).find("Looks\n  look") != std::string::npos);
  CHECK(
      written("markdown", looked_at()).find("- **ended early** after 31s: look 2 of 4 proved a regression") !=
      std::string::npos);
  CHECK(written("markdown", looked_at()).find("| 2 of 4 | 50% | 0.02 | 0.0056 | 0.004 | 0.019 |") !=
        std::string::npos);
  CHECK(written("json", looked_at()).find("\"cause\": \"failed\"") != std::string::npos);
}

}  // namespace
}  // namespace assay::reports
