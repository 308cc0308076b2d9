#include "probes/exposition.h"

#include <doctest/doctest.h>

#include <cmath>

#include "probes/exposition_checks.h"

using namespace assay;
using namespace assay::probes;

namespace {

constexpr auto kText = ExpositionFormat::prometheus;
constexpr auto kOpen = ExpositionFormat::openmetrics;

Exposition good(std::string_view text, ExpositionFormat format = kText) {
  auto parsed = parse_exposition(text, format);
  INFO((parsed ? "" : parsed.error()));
  REQUIRE(parsed);
  return *std::move(parsed);
}

std::string mistake(std::string_view text, ExpositionFormat format = kText) {
  auto parsed = parse_exposition(text, format);
  return parsed ? "none" : parsed.error();
}

constexpr std::string_view kHistogram =
    "# TYPE t histogram\n"
    "t_bucket{p=\"/\",le=\"0.1\"} 1\nt_bucket{p=\"/\",le=\"0.5\"} 3\nt_bucket{p=\"/\",le=\"+Inf\"} 4\n"
    "t_sum{p=\"/\"} 2.5\nt_count{p=\"/\"} 4\n";

std::string histograms(std::string from, std::string to, ExpositionFormat format = kText) {
  std::string text(kHistogram);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  return first_of(broken_histograms(good(text, kText), format));
}

}  // namespace

TEST_CASE("exposition: what Prometheus' own format allows") {
  const Exposition found = good(
      "# HELP a_total Things \\n with { } \"quotes\".\n# TYPE a_total counter\n# just a comment\n\n"
      "a_total{m=\"GET\",p=\"a\\\\b\\\"c\\nd\",} 1.5e3 1771059600000\n\ta_total { m = \"PUT\" }\t+Inf\nb "
      "NaN\n");
  REQUIRE(found.families.size() == 2);
  CHECK(found.samples == 3);
  const MetricFamily& family = *found.find("a_total");
  CHECK(family.type == MetricType::counter);
  CHECK(family.samples[0].value == 1500);
  CHECK(family.samples[0].line == 5);
  CHECK(*family.samples[0].label("p") == "a\\b\"c\nd");
  CHECK(std::isinf(family.samples[1].value));
  CHECK(found.find("b")->type == MetricType::unknown);
  CHECK(std::isnan(found.find("b")->samples[0].value));
  CHECK(good(kHistogram).families.size() == 1);
}

TEST_CASE("exposition: OpenMetrics") {
  const Exposition found = good(
      "# TYPE a counter\n# UNIT a seconds\n# HELP a Things.\na_total{m=\"GET\"} 1 # {trace_id=\"x\"} 0.5 "
      "1.5\n"
      "a_created{m=\"GET\"} 1.7e9\n# EOF\n",
      kOpen);
  CHECK(found.find("a_total") == found.find("a"));
  CHECK(summed(found, "a_total", {}) == 1.0);
  CHECK(mistake("# TYPE a counter\na_total 1\n", kOpen) == "no \"# EOF\" at the end: the text is cut off");
  CHECK(mistake("# TYPE a counter\na 1\n# EOF\n", kOpen) ==
        "line 2: a counter has no sample of the name \"a\"");
  CHECK(mistake("a 1\nb 1\na{x=\"1\"} 1\n# EOF\n", kOpen) == "line 3: the samples of \"a\" are not together");
  CHECK(mistake("a 1\n# EOF\nb 1\n", kOpen).find("something after \"# EOF\"") != std::string::npos);
  CHECK(mistake("a 1\n\n# EOF\n", kOpen) == "line 2: an empty line");
  CHECK(mistake("# note\n# EOF\n", kOpen) == "line 1: a comment: \"note\"");
  CHECK(mistake("# TYPE a counter\na_total 1 # x\n# EOF\n", kOpen) == "line 2: an exemplar without labels");
  CHECK(mistake("a 1\n# EOF", kOpen) == "none");
}

TEST_CASE("exposition: mistakes name their line") {
  CHECK(mistake("a 1\nb 1,5\n") == "line 2: a value that is no number: \"1,5\"");
  CHECK(mistake("a 1\nb 2") == "line 2: no end of line: the text is cut off");
  CHECK(mistake("a\n") == "line 1: no value");
  CHECK(mistake("[object Promise]\n") == "line 1: no metric: \"[object Promise]\"");
  CHECK(mistake("9a 1\n") == "line 1: no metric: \"9a 1\"");
  CHECK(mistake("a-b 1\n") == "line 1: a value that is no number: \"-b\"");
  CHECK(mistake("a{x=\"1} 1\n") == "line 1: the value of the label \"x\" does not end");
  CHECK(mistake("a{x=1} 1\n") == "line 1: no quotes around the value of the label \"x\"");
  CHECK(mistake("a{x} 1\n") == "line 1: no \"=\" after the label \"x\"");
  CHECK(mistake("a{x:y=\"1\"} 1\n") == "line 1: no \"=\" after the label \"x\"");
  CHECK(mistake("a{=\"1\"} 1\n") == "line 1: no name of a label: \"=\"1\"} 1\"");
  CHECK(mistake("a{x=\"1\" y=\"2\"} 1\n") == "line 1: neither \",\" nor \"}\" after a label: \"y=\"2\"} 1\"");
  CHECK(mistake("a{x=\"1\",x=\"2\"} 1\n") == "line 1: the label \"x\" twice");
  CHECK(mistake("a{x=\"\\t\"} 1\n").starts_with("line 1: an escape other than"));
  CHECK(mistake("a 1 soon\n") == "line 1: a timestamp that is no number");
  CHECK(mistake("a 1 2 3\n") == "line 1: something after the value: \"3\"");
  CHECK(mistake("a 1\r\n").starts_with("line 1: a value that is no number: \"1\r\""));
  CHECK(mistake("a 1e999\n").starts_with("line 1: a value that is no number"));
  CHECK(mistake("a +-1\n").starts_with("line 1: a value that is no number"));
  CHECK(mistake("a nan(1)\n").starts_with("line 1: a value that is no number"));
  CHECK(mistake("# TYPE a number\n") == "line 1: \"number\" is no type of a metric");
  CHECK(mistake("# TYPE a counter\n# TYPE a gauge\n") == "line 2: a second TYPE of \"a\"");
  CHECK(mistake("# HELP a x\n# HELP a y\n") == "line 2: a second HELP of \"a\"");
  CHECK(mistake("a 1\n# TYPE a counter\n") == "line 2: the TYPE of \"a\" after its samples");
  CHECK(mistake("# TYPE a histogram\na 1\n") == "line 2: a histogram has no sample of the name \"a\"");
}

TEST_CASE("exposition: bounded in samples and labels") {
  std::string labels;
  for (std::size_t i = 0; i <= kMostLabels; ++i) labels += "l" + std::to_string(i) + "=\"\",";
  CHECK(mistake("a{" + labels + "} 1\n") == "line 1: more than 64 labels");
  std::string samples;
  for (std::size_t i = 0; i <= kMostSamples; ++i) samples += "a 1\n";
  CHECK(mistake(samples) == "line 200001: more than 200000 samples");
}

TEST_CASE("exposition: any bytes are refused or read, never more") {
  const std::string_view text = kHistogram;
  for (std::size_t cut = 0; cut < text.size(); ++cut) {
    CHECK((cut == 0 || text[cut - 1] == '\n') == parse_exposition(text.substr(0, cut), kText).has_value());
    for (const char byte : {'\0', '"', '{', '}', '\\', '\xff', '\n'}) {
      std::string changed(text);
      changed[cut] = byte;
      const auto parsed = parse_exposition(changed, kText);
      if (parsed) broken_histograms(*parsed, kText);
    }
  }
  CHECK(mistake(text.substr(0, text.size() - 1)) == "line 6: no end of line: the text is cut off");
}

TEST_CASE("exposition: the same series twice") {
  CHECK(first_of(repeated_series(good("a{x=\"1\",y=\"2\"} 1\nb 1\na{y=\"2\",x=\"1\"} 2\n"))) ==
        "a{x=\"1\",y=\"2\"} on line 1 and again on line 3");
  CHECK(repeated_series(good(kHistogram)).empty());
}

TEST_CASE("exposition: counters that are none") {
  const Exposition odd = good("# TYPE a counter\na{x=\"1\"} -1\na NaN\n");
  CHECK(first_of(broken_counters(odd, ExpositionFormat::openmetrics)) ==
        "a{x=\"1\"} is -1 (line 2); a is nan (line 3)");
  // As postgres_exporter writes what is null in the database.
  CHECK(first_of(broken_counters(odd, kText)) == "a{x=\"1\"} is -1 (line 2)");
  CHECK(broken_counters(good("# TYPE a gauge\na -1\n"), kText).empty());
}

TEST_CASE("exposition: histograms") {
  CHECK(broken_histograms(good(kHistogram), kText).empty());
  CHECK(histograms("le=\"0.5\"} 3", "le=\"0.5\"} 0") ==
        "t{p=\"/\"}: bucket 0.5 holds 0, fewer than the 1 of bucket 0.1 (line 3)");
  CHECK(histograms("le=\"+Inf\"", "le=\"9\"") == "t{p=\"/\"}: no bucket +Inf");
  CHECK(histograms("t_count{p=\"/\"} 4", "t_count{p=\"/\"} 5") ==
        "t{p=\"/\"}: bucket +Inf holds 4, but _count is 5 (line 6)");
  CHECK(histograms("t_count{p=\"/\"} 4\n", "") == "t{p=\"/\"}: no _count");
  CHECK(histograms("t_count{p=\"/\"} 4\n", "", kOpen).empty());
  CHECK(histograms("t_sum{p=\"/\"} 2.5\n", "") == "t{p=\"/\"}: no _sum");
  CHECK(histograms(",le=\"0.5\"", "").find("t_bucket{p=\"/\"} has no upper bound (line 3)") !=
        std::string::npos);
  CHECK(histograms("le=\"0.5\"} 3", "le=\"0.5\"} NaN") == "t{p=\"/\"}: bucket 0.5 holds nan");
}
