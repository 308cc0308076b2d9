// A dashboard and its data, against the documented answers of Grafana 10.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

const char* const kModel = R"json({"meta":{},"dashboard":{"title":"Shop","templating":{"list":[
  {"name":"job","current":{"value":"shop"}},{"name":"pod","current":{"value":["$__all"]}},{"name":"node","current":{"value":["a","b"]}},{"name":"empty","current":{}}]},
  "panels":[
    {"title":"Request Rate","type":"timeseries","datasource":{"uid":"prom"},"targets":[
      {"refId":"A","expr":"rate(http_requests_total{job=\"$job\",pod=~\"${pod:regex}\",node=~\"[[node]]\"}[$__rate_interval])"
},
      {"refId":"B","expr":"never","hide":true}]
},
    {"title":"Words","type":"text"},
    {"type":"row","title":"more","panels":[{"title":"Error Rate","type":"stat","targets":[{"refId":"A","datasource":{"uid":"other"},"expr":"errors"}]}]}]
}
})json";

struct Grafana {
  std::string model = kModel;
  std::string data = R"({"results":{"A":{"status":200,"frames":[{"data":{"values":[[1,2],[null,3]]}}]}}})";
  int model_status = 200, search_status = 200;
  std::string titles = R"([{"uid":"abc","title":"Shop"},{"uid":"def","title":"Shop 2"}])";
};

std::string says(const Grafana& grafana, const std::string& keys = "title: Shop",
                 std::vector<nlohmann::json>* queries = nullptr) {
  return summary(judged(made("kind: grafana-dashboard\ngrafana: http://127.0.0.1:3000\n" + keys),
                        [&](const client::Ask& ask) {
                          const auto& sent = std::get<client::HttpAsk>(ask.what);
                          if (sent.url.find("/api/search") != std::string::npos)
                            return http_answer(grafana.search_status, {}, grafana.titles);
                          if (sent.url.find("/api/dashboards") != std::string::npos)
                            return http_answer(grafana.model_status, {}, grafana.model);
                          if (queries != nullptr) queries->push_back(nlohmann::json::parse(sent.body));
                          return http_answer(200, {}, grafana.data);
                        }));
}

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

}  // namespace

TEST_CASE("grafana-dashboard: every panel is asked as Grafana asks it") {
  std::vector<nlohmann::json> queries;
  CHECK(says({}, "title: Shop\npanels: [Request Rate, Error Rate]", &queries) == "pass: all 5 facts hold");
  REQUIRE(queries.size() == 2);
  CHECK(queries[0]["queries"].size() == 1);
  CHECK(queries[0]["queries"][0]["expr"] ==
        "rate(http_requests_total{job=\"shop\",pod=~\".*\",node=~\"(a|b)\"}[$__rate_interval])");
  CHECK(queries[0]["queries"][0]["datasource"]["uid"] == "prom");
  CHECK(queries[0]["from"] == "now-300s");
  CHECK(queries[1]["queries"][0]["datasource"]["uid"] == "other");
  CHECK(has(says({}, "uid: abc"), "pass"));
}

TEST_CASE("grafana-dashboard: panels without data are failures") {
  Grafana empty;
  empty.data = R"({"results":{"A":{"frames":[{"data":{"values":[[1,2],[null,null]]}}]}}})";
  CHECK(has(says(empty), "fail: panel Request Rate: expected data in the last 5m, got no data"));
  CHECK(has(says(empty, "title: Shop\nrequire_data: false"), "pass"));
  Grafana broken;
  broken.data = R"({"results":{"A":{"error":"bad_data: parse error","status":400}}})";
  CHECK(has(says(broken), "got query A: bad_data: parse error"));
  Grafana variable;
  variable.model = replaced(kModel, "$job", "$empty");
  CHECK(has(says(variable),
            "warn: panel Request Rate: expected a value for each variable, got the variable empty has none"));
}

TEST_CASE("grafana-dashboard: what is not there is said") {
  CHECK(has(says({}, "title: Shopp"),
            "fail: dashboard Shopp: expected there, got absent; did you mean \"Shop\"?"));
  CHECK(has(says({.model_status = 404}, "uid: xyz"), "fail: dashboard xyz: expected there, got absent"));
  CHECK(has(says({}, "title: Shop\npanels: [Latency]"), "fail: panel Latency: expected there, got absent"));
  CHECK(has(says({.search_status = 401}), "error: search: status 401: the token is not accepted"));
  Grafana none;
  none.model = R"({"dashboard":{"title":"Shop","panels":[]}})";
  CHECK(has(says(none), "fail: panels: expected at least one, got none"));
}

TEST_CASE("grafana-dashboard: mistakes in the gate file") {
  const auto refused = [](const std::string& keys) {
    return staged("kind: grafana-dashboard\n" + keys).errors;
  };
  CHECK(has(refused("title: a"), "\"grafana\" is missing"));
  CHECK(has(refused("grafana: http://127.0.0.1:3000"), "named in one way"));
  CHECK(has(refused("grafana: http://127.0.0.1:3000\ntitle: a\nuid: b"), "named in one way"));
}
