// What holds for every page: its size, its content policy, and that it is complete without script.
#include <doctest/doctest.h>
#include <openssl/sha.h>

#include <string>

#include "model/base64.h"
#include "reports/html_report.h"
#include "tests/support/long_run.h"
#include "tests/support/sample_run.h"

namespace assay::reports {
namespace {

std::string page_of(const RunRecord& record) { return write_html_report(record, {}); }

// The texts between the tags, one after the other.
std::vector<std::string> between(const std::string& page, const std::string& begin, const std::string& end) {
  std::vector<std::string> found;
  for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    const std::size_t until = page.find(end, at);
    found.push_back(page.substr(at, until - at));
    at = until;
  }
  return found;
}

std::string source_of(const std::string& content) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return "'sha256-" + base64_encode(digest) + "'";
}

TEST_CASE("html page: its policy allows what is embedded, by hash, and nothing else") {
  const std::string page = page_of(test_support::sample_run());
  std::string styles, scripts;
  for (const std::string& content : between(page, "<style>", "</style>")) styles += " " + source_of(content);
  for (const std::string& content : between(page, "<script>", "</script>"))
    scripts += " " + source_of(content);
  const std::string policy =
      "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src" + styles +
      "; script-src" + scripts;
  CHECK(page.find("<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">") !=
        std::string::npos);
  const std::string shown = page.substr(0, page.find("</main>"));
  for (const char* what : {" style=\"", "href=\"http", " src=\"", "url(", "@import", " onclick"})
    CHECK(shown.find(what) == std::string::npos);
}

TEST_CASE("html page: a usual run stays below 300 KiB, a long one, too") {
  CHECK(page_of(test_support::sample_run()).size() < 300U * 1024);
  CHECK(page_of(test_support::long_run({.seconds = 600, .rate_per_s = 100, .steps = 2})).size() <
        300U * 1024);
}

// Many of everything, and texts that grow when they are escaped.
RunRecord vast_run() {
  RunRecord record = test_support::long_run({.seconds = 30, .rate_per_s = 2000, .steps = 3});
  RunResult& result = record.result;
  const std::string wide(5000, '"');
  Series series = result.series.back();
  series.slots.clear();
  series.times = {};
  for (std::uint16_t step = 3; step < 20'000; ++step) {
    series.key.step = step;
    result.steps.push_back(result.steps.front());
    result.series.push_back(series);
  }
  for (StepFacts& step : result.steps) step.name = step.scenario = wide;
  result.gate_text = std::string(1'000'000, '<');
  result.failures.assign(5000, {0, Arm::candidate, Outcome::status, 3, wide, wide});
  ProbeResult probe = result.probes[1];
  probe.name = probe.reason = probe.target = wide;
  probe.facts.assign(200, {ProbeState::fail, wide, wide, wide, wide});
  ProbeExchange exchange;
  exchange.label = exchange.answer = exchange.address = wide;
  probe.exchanges.assign(100, exchange);
  probe.series[0].outages.assign(200, probe.series[0].outages[0]);
  probe.milestones.assign(300, {wide, Nanos{1}});
  result.probes.assign(300, probe);
  Finding finding = record.verdict->findings[0];
  finding.sentence = finding.subject = finding.location = wide;
  record.verdict->findings.assign(3000, finding);
  return record;
}

TEST_CASE("html page: no result makes it larger than 1.5 MB") {
  const std::string page = page_of(vast_run());
  CHECK(page.size() < 1'500'000);
  CHECK(page.find("Sections left out because their texts are too long for a page") != std::string::npos);
  CHECK(page.find("</html>") != std::string::npos);
}

TEST_CASE("html page: runs without load, without verdict or without anything are pages, too") {
  RunRecord nothing;
  CHECK(page_of(nothing).find("NOT JUDGED") != std::string::npos);
  RunRecord withheld = test_support::sample_run();
  withheld.result.load_withheld = "probe tls failed before it";
  withheld.result.load.clear();
  withheld.result.series.clear();
  withheld.result.duration = Nanos{0};
  const std::string page = page_of(withheld);
  CHECK(page.find("No load was offered: probe tls failed before it") != std::string::npos);
  CHECK(page.find("<section id=\"latency\"") == std::string::npos);
  CHECK(page.find("<section id=\"probes\"") < page.find("<section id=\"plan\""));
}

}  // namespace
}  // namespace assay::reports
