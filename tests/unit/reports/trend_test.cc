// What every format of a trend shows, and what none of them may become.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/cells.h"
#include "reports/table.h"
#include "reports/trend_report.h"
#include "reports/trend_view.h"
#include "tests/support/sample_trend.h"
#include "tests/unit/reports/golden.h"

namespace assay::reports {
namespace {

using test_support::sample_trend;
using test_support::vast_trend;

std::string written(std::string_view format, const RunTrend& trend) {
  const TrendFormat* found = find_trend_format(format);
  REQUIRE(found != nullptr);
  return found->write(trend, {});
}

// Of a page what it shows.
std::string shown_part(const std::string& report) {
  const std::size_t begin = report.find("<main>"), end = report.find("</main>");
  return begin == std::string::npos ? report : report.substr(begin, end - begin) + "</main>\n";
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

void check_screen(const RunTrend& trend) {
  const std::vector<std::string> lines = lines_of(written("terminal", trend));
  CHECK(lines.size() <= 40);
  for (const std::string& line : lines) {
    CAPTURE(line);
    CHECK(display_width(line) <= 80);
  }
}

TEST_CASE("trend: every format writes the sample as its golden file says") {
  const RunTrend trend = sample_trend();
  for (const TrendFormat& format : trend_formats()) {
    CAPTURE(format.name);
    const std::string actual = shown_part(format.write(trend, {}));
    CHECK(actual == test_support::read_golden("reports/trend-" + std::string(format.name) + ".txt", actual));
  }
}

TEST_CASE("trend: an unknown format is not found") { CHECK(find_trend_format("markdown") == nullptr); }

TEST_CASE("trend: colour only adds escape sequences") {
  const RunTrend trend = sample_trend();
  const std::string coloured = find_trend_format("terminal")->write(trend, {.colour = true});
  std::string plain;
  for (std::size_t at = 0; at < coloured.size(); ++at) {
    if (coloured[at] == '\x1b') {
      at = coloured.find('m', at);
    } else {
      plain += coloured[at];
    }
  }
  CHECK(plain != coloured);
  CHECK(plain == written("terminal", trend));
}

TEST_CASE("trend: a terminal that shows ASCII only is given nothing else, in the same columns") {
  const RunTrend trend = sample_trend();
  const std::string ascii = find_trend_format("terminal")->write(trend, {.utf8 = false});
  CHECK(std::ranges::all_of(ascii, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  CHECK(display_width(ascii) == display_width(written("terminal", trend)));
  CHECK(ascii.find("candidate p95 worse: 138ms > 166ms, +20% (p 0.002)") != std::string::npos);
  CHECK(ascii.find("82.3ms ~2%") != std::string::npos);
}

TEST_CASE("trend: a terminal shows at most 40 lines of 80 columns, whatever there is") {
  check_screen(sample_trend());
  check_screen(vast_trend({.runs = 200, .metrics = 50}, 3));
  check_screen(vast_trend({.runs = 200, .metrics = 50}, 500));
  check_screen(vast_trend({.runs = 1, .metrics = 1}, 1));
}

TEST_CASE("trend: a page stays below 1.5 MB, whatever there is, and says what it leaves out") {
  const std::string page = written("html", vast_trend({.runs = 200, .metrics = 50}, 500));
  CHECK(page.size() < 1'500'000);
  CHECK(page.find("Sections left out because their texts are too long") != std::string::npos);
  const std::string usual = written("html", vast_trend({.runs = 50, .metrics = 5}, 20));
  CHECK(usual.size() < 700'000);
  CHECK(usual.find("Sections left out") == std::string::npos);
}

TEST_CASE("trend: fewer runs than a search takes are shown, none of them marked") {
  RunTrend trend = sample_trend();
  trend.runs.resize(5);
  for (TrendSeries& series : trend.series) {
    series.points.resize(5);
    series.measured = 5;
    series.course = {};
  }
  const std::string text = written("terminal", trend);
  CHECK(text.find("changes are searched from 10 runs on: none is marked") != std::string::npos);
  CHECK(text.find("● none") == std::string::npos);
  const std::string page = written("html", trend);
  CHECK(page.find("Too few runs to search for changes: that takes 10.") != std::string::npos);
  CHECK(page.find("Measured in 5: too few to search for changes") != std::string::npos);
}

TEST_CASE("trend: runs without a stored level are a list with verdicts") {
  RunTrend trend = sample_trend();
  trend.series.clear();
  CHECK(written("terminal", trend).find("no level is stored") != std::string::npos);
  CHECK(written("html", trend).find("No levels are stored") != std::string::npos);
  CHECK(lines_of(written("csv", trend)).size() == 1);
  CHECK(nlohmann::json::parse(written("json", trend)).at("runs").size() == 14);
}

TEST_CASE("trend: a page is complete without script, and loads nothing") {
  const std::string page = written("html", sample_trend());
  const std::string shown = page.substr(0, page.find("</main>"));
  for (const char* what : {" style=\"", "href=\"http", " src=\"", "url(", "@import", " onclick"})
    CHECK(shown.find(what) == std::string::npos);
  CHECK(shown.find("<a href=\"assay-runs/20260214T090000Z-invoices-canary/report.html\">") !=
        std::string::npos);
}

constexpr const char* kHostile =
    "</script></style></title><b onclick='x'>\"]]>::error\x1b[31m\xff\xe2\x80\xae";

RunTrend hostile_trend() {
  RunTrend trend = sample_trend();
  trend.source = trend.key.gate = kHostile;
  trend.environment = {{kHostile, kHostile}};
  for (OtherRuns& other : trend.others) other.difference = other.newest_id = kHostile;
  for (TrendRun& run : trend.runs) {
    run.name = run.id = run.started_utc = kHostile;
    run.labels = {{kHostile, kHostile}};
    run.page = "javascript:alert(1)";
  }
  trend.runs[5].name = "=HYPERLINK(\"x\")";
  for (TrendSeries& series : trend.series) series.metric = kHostile;
  return trend;
}

TEST_CASE("trend: nothing that was stored becomes markup or a link of the page") {
  const std::string page = written("html", hostile_trend());
  for (const char* what :
       {"<b onclick", "onclick=\"", "\x1b", "\xff", "\xe2\x80\xae", "href=\"javascript", "</style></title>"})
    CHECK(page.find(what) == std::string::npos);
  RunTrend trend = sample_trend();
  for (const char* link : {"//host/x", "/etc/passwd", "data:text/html,x", "a:b", "x\\y"}) {
    trend.runs[13].page = link;
    CHECK(written("html", trend).find("<a href=\"" + std::string(link)) == std::string::npos);
  }
}

TEST_CASE("trend: escape sequences of a name never reach the terminal") {
  const std::string text = written("terminal", hostile_trend());
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\r') == std::string::npos);
}

TEST_CASE("trend: bytes that are not UTF-8 do not break the JSON") {
  const auto json = nlohmann::json::parse(written("json", hostile_trend()));
  CHECK(json.at("runs").size() == 14);
}

TEST_CASE("trend: a spreadsheet reckons with nothing that others wrote") {
  const std::string csv = written("csv", hostile_trend());
  CHECK(csv.find(",\"'=HYPERLINK(\"\"x\"\")\",") != std::string::npos);
  RunTrend trend = sample_trend();
  trend.runs[5].name = "one,two\n\"three\"";
  CHECK(written("csv", trend).find(",\"one,two \"\"three\"\"\",") != std::string::npos);
  trend.runs[5].name = "@sum";
  CHECK(written("csv", trend).find(",'@sum,") != std::string::npos);
}

TEST_CASE("trend: intervals are made on the scale of the level") {
  const ShownLevel time = shown_level(Unit::nanoseconds, {std::log(100e6), 0.1});
  CHECK(time.value == doctest::Approx(100e6));
  CHECK(time.low == doctest::Approx(100e6 * std::exp(-0.1959964)));
  CHECK(time.high == doctest::Approx(100e6 * std::exp(0.1959964)));
  const ShownLevel rate = shown_level(Unit::ratio, {0.01, 0.01});
  CHECK(rate.low == 0);
  CHECK(rate.high == doctest::Approx(0.02959964));
}

TEST_CASE("trend: moments are named by letters from the oldest on") {
  const RunTrend trend = sample_trend();
  const TrendView view = view_of(trend);
  REQUIRE(view.moments.size() == 2);
  CHECK(view.moments[0].letter == "A");
  CHECK(view.moments[0].run == 4);
  CHECK_FALSE(view.moments[0].changes[0].worse());
  CHECK(view.letters_at(8) == "B");
  CHECK(view.moments[1].changes.size() == 3);
  CHECK(view.moments[1].in_both_arms());
  CHECK(view.letters_at(9).empty());
  const RunTrend vast = vast_trend({.runs = 200, .metrics = 1}, 1);
  const TrendView many = view_of(vast);
  CHECK(many.moments[25].letter == "Z");
  CHECK(many.moments[26].letter == "AA");
}

}  // namespace
}  // namespace assay::reports
