#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/unit/probes/prometheus_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

const char* const kExpr =
    "sum(rate(http_requests_total{status=~\\\"5..\\\"}[5m])) / sum(rate(http_requests_total[5m])) > 0.05";

std::string rule(const std::string& changed = "") {
  std::string text =
      R"({"type":"alerting","name":"HighErrorRate","query":")" + std::string(kExpr) +
      R"(","duration":300,"keepFiringFor":0,"labels":{"severity":"critical"},)"
      R"("annotations":{"summary":"many errors"},"health":"ok","state":"inactive","alerts":[]})";
  const std::size_t colon = changed.find(':');
  if (colon == std::string::npos) return text;
  const std::string key = changed.substr(0, colon);
  const std::size_t begin = text.find(key), end = text.find(",\"", begin);
  return text.replace(begin, end - begin, changed);
}

std::string group(const std::string& rules, const std::string& name = "shop") {
  return R"([{"name":")" + name + R"(","file":"rules.yml","interval":15,"rules":[)" + rules + "]}]";
}

PrometheusWorld good() {
  PrometheusWorld world;
  world.rules = group(rule());
  const std::string some = "[" + vector_series("", "1") + "]";
  world.queries["count(http_requests_total{status=~\"5..\"})"] = some;
  world.queries["count(http_requests_total)"] = some;
  world.queries["sum(rate(http_requests_total{status=~\"5..\"}[5m])) / sum(rate(http_requests_total[5m]))"] =
      "[" + vector_series("", "0.001") + "]";
  world.external_labels = "    env: staging\n";
  world.alertmanager =
      "route:\n  receiver: nobody\n  routes:\n  - receiver: pager\n    matchers:\n    - "
      "severity=\"critical\"\n    - env=\"staging\"\n"
      "receivers:\n- name: nobody\n- name: pager\n  webhook_configs:\n  - url: http://127.0.0.1/\n"
      "- name: chat\n  slack_configs:\n  - channel: '#a'\n";
  return world;
}

const std::string kProbe = "kind: alert-rule\nprometheus: http://127.0.0.1:9090\nalert: HighErrorRate\n";

std::string says(const PrometheusWorld& world, const std::string& keys = "") {
  return summary(judged(made(kProbe + keys), world));
}

bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

class TempFile {
 public:
  explicit TempFile(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("assay-rules-" + std::to_string(getpid()) + ".yaml")) {
    std::ofstream(path_) << text;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  std::string path() const { return path_; }

 private:
  std::filesystem::path path_;
};

const char* const kFile = R"(groups:
  - name: shop
    rules:
      - record: a:b
        expr: sum(a)
      - alert: HighErrorRate
        expr: |
          sum(rate(http_requests_total{status=~"5.."}[5m]))
            / sum(rate(http_requests_total[5m])) > 0.05
        for: 5m
        labels: { severity: critical }
        annotations: { summary: many errors }
)";

}  // namespace

TEST_CASE("alert-rule: one that is loaded, sound and has its series") {
  const Judgement judgement = judged(made(kProbe + "for: 5m\nlabels: { severity: critical }"), good());
  CHECK(summary(judgement).starts_with("pass"));
  const auto& facts = judgement.facts();
  const auto time = std::find_if(facts.begin(), facts.end(),
                                 [](const ProbeFact& fact) { return fact.what.ends_with("time to fire"); });
  CHECK(time->observed == "5m15s at least, with an evaluation each 15s");
}

TEST_CASE("alert-rule: what is not loaded, not sound or another") {
  PrometheusWorld world = good();
  CHECK(has(summary(judged(made("kind: alert-rule\nprometheus: http://127.0.0.1:9090\nalert: HighErorRate"),
                           world)),
            "fail: alert HighErorRate: expected loaded, got not loaded; did you mean \"HighErrorRate\"?"));
  world.rules = "[]";
  CHECK(has(says(world), "Prometheus has no alerting rule at all"));
  world = good();
  world.rules = group(rule(R"("health":"err","lastError":"many-to-many matching")"));
  CHECK(has(says(world), "fail: alert HighErrorRate: health: expected ok, got err: many-to-many matching"));
  world.rules = group(rule(R"("health":"unknown")"));
  CHECK(has(says(world), "error: alert HighErrorRate: health"));
  world.rules = group(rule(R"("state":"firing")"));
  CHECK(has(says(world), "warn: alert HighErrorRate: state"));
  world = good();
  CHECK(has(says(world, "for: 1m"), "fail: alert HighErrorRate: for: expected 1m, got 5m"));
  CHECK(has(says(world, "labels: { severity: warning }"), "got severity \"critical\""));
  CHECK(has(says(world, "labels: { team: shop }"), "got no team"));
  CHECK(has(says(world, "annotations: { summary: few errors }"), "annotations"));
  CHECK(has(says(world, "expr: up == 0"), "fail: alert HighErrorRate: expr"));
}

TEST_CASE("alert-rule: an expression in another writing is the same") {
  PrometheusWorld world = good();
  const std::string other =
      "sum(rate(http_requests_total{status=~'5..'}[300s])) / sum(rate(http_requests_total[5m])) > 0.05";
  CHECK(has(says(world, "expr: \"" + other + "\""), "fail: alert HighErrorRate: expr"));
  std::string loaded = kExpr;
  std::erase(loaded, '\\');
  world.formats[other] = loaded;
  CHECK(says(world, "expr: \"" + other + "\"").starts_with("pass"));
}

TEST_CASE("alert-rule: one that can never fire says why") {
  PrometheusWorld world = good();
  world.queries.erase("count(http_requests_total{status=~\"5..\"})");
  // The label is there, and no error has happened yet.
  world.queries["count(http_requests_total{status!=\"\"})"] = "[" + vector_series("", "1") + "]";
  CHECK(says(world).starts_with("pass"));
  world.queries.erase("count(http_requests_total{status!=\"\"})");
  CHECK(has(says(world), "no series of http_requests_total has the label status: it can never fire"));
  world.queries.erase("count(http_requests_total)");
  CHECK(has(says(world), "no series is called http_requests_total: it can never fire"));
  CHECK(says(world, "require_series: false").starts_with("pass"));
}

TEST_CASE("alert-rule: a name that no series has now is a warning") {
  PrometheusWorld world = good();
  world.rules = group(rule(R"("query":"up{job=\"shpo\"} < 1")"));
  world.queries["count(up)"] = world.queries["count(up{job!=\"\"})"] = "[" + vector_series("", "3") + "]";
  CHECK(has(says(world),
            "warn: alert HighErrorRate: series up{job=\"shpo\"}: expected a series, got none now: no series "
            "of up has {job=\"shpo\"} yet"));
}

TEST_CASE("alert-rule: 0/0 while nothing happens is a warning") {
  PrometheusWorld world = good();
  for (auto& [query, result] : world.queries)
    if (query.starts_with("sum")) result = "[" + vector_series("", "NaN") + "]";
  CHECK(
      has(says(world), "warn: alert HighErrorRate: value now: expected a number, got NaN in 1 of 1 series"));
}

TEST_CASE("alert-rule: what waits for absence needs no series") {
  PrometheusWorld world = good();
  world.rules = group(rule(R"x("query":"absent(up{job=\"shop\"})")x"));
  CHECK(says(world).starts_with("pass"));
}

TEST_CASE("alert-rule: the receiver is found by the routing tree, with external labels") {
  PrometheusWorld world = good();
  const std::string keys = "alertmanager: http://127.0.0.1:9093\n";
  CHECK(says(world, keys + "receiver: pager").starts_with("pass"));
  CHECK(says(world, keys).starts_with("pass"));
  CHECK(has(says(world, keys + "receiver: chat"),
            "fail: alert HighErrorRate: receiver: expected chat, got pager"));
  world.external_labels = "    env: production\n";
  CHECK(has(says(world, keys + "receiver: pager"), "got nobody"));
  CHECK(has(says(world, keys), "got nobody, which tells nobody"));
  CHECK(says(world, keys + "receiver: pager\nalert_labels: { env: staging }").starts_with("pass"));
}

TEST_CASE("alert-rule: a receiver that does not tell of the end is a warning") {
  PrometheusWorld world = good();
  const std::size_t at = world.alertmanager.find("receiver: pager");
  world.alertmanager.replace(at, 15, "receiver: chat");
  CHECK(has(says(world, "alertmanager: http://127.0.0.1:9093\nreceiver: chat"),
            "warn: alert HighErrorRate: end told by chat: expected send_resolved, got not by slack, which is "
            "the default there"));
}

TEST_CASE("alert-rule: all rules of a file, exactly") {
  const TempFile file(kFile);
  const std::string probe = "kind: alert-rule\nprometheus: http://127.0.0.1:9090\nrules_file: " + file.path();
  const auto file_says = [&](const PrometheusWorld& world) { return summary(judged(made(probe), world)); };
  PrometheusWorld world = good();
  CHECK(file_says(world).starts_with("pass"));
  world.rules = group(rule(R"("labels":{"severity":"critical","team":"a"})"));
  CHECK(has(file_says(world), "got team \"a\" as well"));
  world.rules = group(rule(R"("keepFiringFor":60)"));
  CHECK(has(file_says(world), "keep_firing_for: expected 0s, got 1m"));
  world.rules = group(rule() + "," + rule(R"("name":"Stranger")"));
  CHECK(has(file_says(world), "fail: alert Stranger: expected only rules of the file in group shop"));
  const Judgement judgement = judged(made(probe), PrometheusWorld());
  CHECK(judgement.facts()[0].location == file.path() + ":6:16");
}

TEST_CASE("alert-rule: a PrometheusRule is read, and what is no file of rules is refused at its place") {
  {
    const TempFile file(
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n  - name: shop\n    "
        "rules:\n"
        "    - alert: HighErrorRate\n      expr: up == 0\n");
    CHECK(has(
        summary(judged(
            made("kind: alert-rule\nprometheus: http://127.0.0.1:9090\nrules_file: " + file.path()), good())),
        "expr: expected up == 0"));
  }
  const auto refused = [](const std::string& text) {
    const TempFile file(text);
    return staged("kind: alert-rule\nprometheus: http://127.0.0.1:9090\nrules_file: " + file.path()).errors;
  };
  CHECK(has(refused("a: b\n"), "this is no file of rules"));
  CHECK(has(refused("groups: [ { name: a, rules: [ { alert: A } ] } ]\n"), "an alert needs an expression"));
  CHECK(has(refused("groups: [ { name: a, rules: [ { alert: A, expr: up, for: 5 } ] } ]\n"),
            "no duration of Prometheus"));
  CHECK(has(refused("groups: [ { name: a, rules: [ { record: A, expr: up } ] } ]\n"),
            "no alert stands in this file"));
}

TEST_CASE("alert-rule: mistakes in the gate file") {
  const auto refused = [](const std::string& keys) {
    return staged("kind: alert-rule\nprometheus: http://127.0.0.1:9090\n" + keys).errors;
  };
  CHECK(has(refused(""), "\"alert\" is missing"));
  CHECK(has(refused("alert: A\nexpr: 'a ; b'"), "this is no PromQL"));
  CHECK(has(refused("alert: A\nreceiver: x"), "looked at in an Alertmanager"));
  CHECK(has(refused("rules_file: /nowhere.yaml"), "cannot be read"));
  CHECK(has(refused("rules_file: /nowhere.yaml\nfor: 5m"), "stands in the rules file already"));
}
