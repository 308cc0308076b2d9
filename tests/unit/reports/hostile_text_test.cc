#include <doctest/doctest.h>

#include "reports/registry.h"
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

constexpr const char* kHostile = "</script></style></title><b onclick='x'>\"]]>::error\x1b[31m\xff";

TEST_CASE("nothing that was configured or answered becomes markup of the page") {
  RunRecord record = record_with_detail(kHostile);
  RunResult& result = record.result;
  result.name = result.description = result.gate_path = result.gate_text = kHostile;
  result.command_line = {"assay", "run", kHostile};
  result.overrides = {{kHostile, kHostile}};
  result.environment.ci = {{kHostile, kHostile}};
  for (TargetFacts& target : result.targets) target.url = kHostile;
  for (StepFacts& step : result.steps) step.name = step.scenario = kHostile;
  for (LoadPhaseFacts& phase : result.load) phase.description = kHostile;
  for (ProbeResult& probe : result.probes) {
    probe.name = probe.reason = probe.target = kHostile;
    for (ProbeFact& fact : probe.facts) fact.observed = kHostile;
    for (ProbeExchange& exchange : probe.exchanges) exchange.answer = kHostile;
  }
  record.verdict->reason = kHostile;
  for (Finding& finding : record.verdict->findings)
    finding.sentence = finding.subject = finding.location = kHostile;
  const std::string page = find_report_format("html")->write(record, {});
  CHECK(page.find("<b onclick") == std::string::npos);
  CHECK(page.find("onclick=\"") == std::string::npos);
  CHECK(page.find('\x1b') == std::string::npos);
  CHECK(page.find('\xff') == std::string::npos);
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
