#include "reports/metric_family.h"

#include <doctest/doctest.h>

#include <limits>

#include "reports/metric_text.h"

namespace assay::reports {
namespace {

TEST_CASE("metrics: what was measured keeps three significant digits") {
  CHECK(rounded(0.123456) == 0.123);
  CHECK(rounded(98765.4) == 98800);
  CHECK(rounded(0) == 0);
  CHECK(rounded(-0.0012345) == -0.00123);
  CHECK(rounded_seconds(15'123'456) == 0.0151);
}

TEST_CASE("metrics: what is no number is no sample") {
  MetricFamily family{"assay_x_ratio", MetricType::gauge, "ratio", "Help.", {}};
  family.add({}, std::numeric_limits<double>::quiet_NaN());
  family.add({}, std::numeric_limits<double>::infinity());
  family.add({}, Distribution{1, std::numeric_limits<double>::infinity(), {}});
  CHECK(family.samples.empty());
  family.add({}, Distribution{1, 2, {{0.5, std::numeric_limits<double>::quiet_NaN()}, {0.9, 3}}});
  REQUIRE(family.samples.size() == 1);
  CHECK(family.samples[0].distribution.quantiles == std::vector<std::pair<double, double>>{{0.9, 3}});
}

TEST_CASE("metrics: no two names become one label, and none is that of the folded ones") {
  const std::vector<std::string> names = {"a\x01", "a\x02", "others", "a?", "b"};
  CHECK(distinct_values(names) == std::vector<std::string>{"a?", "a? (2)", "others (2)", "a? (3)", "b"});
}

TEST_CASE("metrics: a label is one line of plain text, and not a long one") {
  CHECK(label_value("a\nb\x1b[31m\xff\u202E") == "a b?[31m\uFFFD\uFFFD");
  CHECK(label_value(std::string(300, 'x')) == std::string(200, 'x') + "…");
}

TEST_CASE("metrics: both texts escape labels, and call counters as each of them wants it") {
  MetricFamily runs{"assay_runs", MetricType::counter, "", "Runs.", {}};
  runs.add({{"name", "say \"hi\" \\ \n"}}, 3);
  MetricFamily times{"assay_time_seconds", MetricType::summary, "seconds", "Times.", {}};
  times.add({{"arm", "candidate"}}, Distribution{7, 0.5, {{0.5, 1e-05}, {1.0, 0.25}}});
  const std::vector<MetricFamily> families = {runs, times};
  CHECK(prometheus_text(families) ==
        "# HELP assay_runs_total Runs.\n"
        "# TYPE assay_runs_total counter\n"
        "assay_runs_total{name=\"say \\\"hi\\\" \\\\ \\n\"} 3\n"
        "# HELP assay_time_seconds Times.\n"
        "# TYPE assay_time_seconds summary\n"
        "assay_time_seconds{arm=\"candidate\",quantile=\"0.5\"} 1e-05\n"
        "assay_time_seconds{arm=\"candidate\",quantile=\"1.0\"} 0.25\n"
        "assay_time_seconds_count{arm=\"candidate\"} 7\n"
        "assay_time_seconds_sum{arm=\"candidate\"} 0.5\n");
  CHECK(openmetrics_text(families) ==
        "# TYPE assay_runs counter\n"
        "# HELP assay_runs Runs.\n"
        "assay_runs_total{name=\"say \\\"hi\\\" \\\\ \\n\"} 3\n"
        "# TYPE assay_time_seconds summary\n"
        "# UNIT assay_time_seconds seconds\n"
        "# HELP assay_time_seconds Times.\n"
        "assay_time_seconds{arm=\"candidate\",quantile=\"0.5\"} 1e-05\n"
        "assay_time_seconds{arm=\"candidate\",quantile=\"1.0\"} 0.25\n"
        "assay_time_seconds_count{arm=\"candidate\"} 7\n"
        "assay_time_seconds_sum{arm=\"candidate\"} 0.5\n"
        "# EOF\n");
}

}  // namespace
}  // namespace assay::reports
