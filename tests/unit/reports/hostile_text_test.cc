#include <doctest/doctest.h>

#include "reports/registry.h"
#include "tests/support/hostile_run.h"
#include "tests/support/sample_run.h"

namespace assay::reports {
namespace {

RunRecord record_with_detail(std::string detail) {
  RunRecord record = test_support::sample_run();
  record.result.failures.at(0).detail = std::move(detail);
  return record;
}

TEST_CASE("escape sequences of a server never reach the terminal") {
  const std::string text = find_report_format("terminal")->write(record_with_detail("\x1b[2Jgone\r\n"), {});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\r') == std::string::npos);
  CHECK(text.find("?[2Jgone??") != std::string::npos);
}

TEST_CASE("markup of a server stays text in markdown") {
  const std::string text = find_report_format("markdown")->write(record_with_detail("<b>|x|</b>\n# y"), {});
  CHECK(text.find("\\<b\\>\\|x\\|\\</b\\> \\# y") != std::string::npos);
}

TEST_CASE("bytes that are not UTF-8 do not break the JSON report") {
  const std::string text = find_report_format("json")->write(record_with_detail("\xff\xfe"), {});
  CHECK(text.find("\xff") == std::string::npos);
  CHECK(text.find("\"detail\"") != std::string::npos);
}

TEST_CASE("nothing that was configured or answered becomes markup of the page") {
  const RunRecord record = test_support::hostile_run(test_support::hostile_text());
  const std::string page = find_report_format("html")->write(record, {});
  CHECK(page.find("<b onclick") == std::string::npos);
  CHECK(page.find("onclick=\"") == std::string::npos);
  CHECK(page.find('\x1b') == std::string::npos);
  CHECK(page.find('\xff') == std::string::npos);
  CHECK(page.find("\xe2\x80\xae") == std::string::npos);
  const auto count = [&](std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = page.find(what); at != std::string::npos; at = page.find(what, at + 1)) ++found;
    return found;
  };
  CHECK(count("</style></title>") == 0);
  CHECK(count("<script") == count("</script>"));
  CHECK(count("</style>") == 2);
}

TEST_CASE("an unknown format is not found") { CHECK(find_report_format("pdf") == nullptr); }

}  // namespace
}  // namespace assay::reports
