#include "probes/promql_text.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> selected(std::string_view query) {
  std::vector<std::string> texts;
  for (const SeriesSelector& selector : selectors_of(query)) texts.push_back(selector.text());
  return texts;
}

std::string words_of(std::string_view query) {
  std::string text;
  const auto words = promql_words(query);
  REQUIRE(words);
  for (const PromqlWord& word : *words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("promql: words") {
  CHECK(words_of("sum(rate(a:b_total{c='d'}[5m:1m]))>=0.5e-3 # why") ==
        "sum ( rate ( a:b_total { c = d } [ 5m : 1m ] ) ) >= 0.5e-3");
  CHECK(words_of("1h30m offset -.5") == "1h30m offset - .5");
  CHECK(words_of(R"({a=~"x\"y\\z", b!~`\d`})") == R"({ a =~ x"y\z , b !~ \d })");
  CHECK_FALSE(promql_words("a{b=\"c}"));
  CHECK(promql_words("a ; b").error() == "\";\" has no meaning at 3");
  CHECK(promql_words("").value().empty());
  CHECK_FALSE(promql_words(std::string(1 << 20, 'a')));
}

TEST_CASE("promql: the same query in another writing") {
  CHECK(same_promql("sum(rate(a{b=\"c\"}[5m]))\n  > 0.05", "sum (rate(a{b='c'}[5m])) > 0.05 # x"));
  CHECK_FALSE(same_promql("a > 0.05", "a > 0.5"));
  CHECK_FALSE(same_promql("a{b=\"c\"}", "a{b=c}"));
  CHECK_FALSE(same_promql("a", "a > 1"));
}

TEST_CASE("promql: the series that a query selects") {
  CHECK(selected("up") == Texts{"up"});
  CHECK(selected("sum(rate(http_requests_total{status=~\"5..\"}[5m])) by (service) / "
                 "sum(rate(http_requests_total[5m])) > 0.05") ==
        Texts{"http_requests_total{status=~\"5..\"}", "http_requests_total"});
  CHECK(selected("sum by (service) (a) / on(service) group_left(team) b unless c") == Texts{"a", "b", "c"});
  CHECK(selected("histogram_quantile(0.99, sum by (le) (rate(d_bucket[5m]))) > 2") == Texts{"d_bucket"});
  CHECK(selected("{__name__=\"x\", job='y'} or {job=~\".+\"}") == Texts{"x{job=\"y\"}", "{job=~\".+\"}"});
  CHECK(selected("absent(up{job=\"a\"}) == 1 and time() - b offset 5m > Inf") == Texts{"up{job=\"a\"}", "b"});
  CHECK(selected("rate(a[5m:30s] @ end()) > bool 1") == Texts{"a"});
  CHECK(selected("max_over_time(a[1h]) + a") == Texts{"a"});
  CHECK(selected("vector(1)").empty());
  CHECK(selected("a{").size() == 1);  // broken: no crash
}

TEST_CASE("promql: windows") {
  CHECK(widest_window("rate(a[5m]) / rate(b[1h30m])") == 90min);
  CHECK(widest_window("max_over_time(rate(a[1m])[10m:30s])") == 10min);
  CHECK_FALSE(widest_window("a > 1"));
}

TEST_CASE("promql: the outermost comparison") {
  const auto ratio = outermost_comparison("(sum(rate(a[5m])) / sum(rate(b[5m])) > 0.05)");
  REQUIRE(ratio);
  CHECK(ratio->left == "sum(rate(a[5m])) / sum(rate(b[5m]))");
  CHECK(ratio->op == ">");
  CHECK(ratio->threshold == 0.05);
  CHECK(outermost_comparison("a{b!=\"c\"} < bool 3")->right == "3");
  CHECK(outermost_comparison("a > b")->threshold == std::nullopt);
  CHECK(outermost_comparison("a > 1 == 1")->left == "a > 1");
  CHECK_FALSE(outermost_comparison("a > 1 and b > 2"));
  CHECK_FALSE(outermost_comparison("absent(a)"));
  CHECK_FALSE(outermost_comparison("a >"));
  CHECK_FALSE(outermost_comparison("sum(a > 1)"));
}

TEST_CASE("promql: durations") {
  CHECK(prometheus_duration("5m") == 5min);
  CHECK(prometheus_duration("1d2h") == 26h);
  CHECK(prometheus_duration("1500ms") == 1500ms);
  CHECK(prometheus_duration("0s") == 0s);
  for (const std::string_view text :
       {"", "5", "m", "5m1h", "5m5m", "-5m", "5 m", "1.5h", "99999999999y", "5x"}) {
    CAPTURE(text);
    CHECK_FALSE(prometheus_duration(text));
  }
}
