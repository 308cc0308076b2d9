// `replicas`, and the three ways of counting that it shares with `scale-out`.
#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;

namespace {

World answer_of(int status, std::string body) {
  return [=](const client::Ask&) { return http_answer(status, {}, body); };
}

// Instances in turn, as a load balancer gives them out.
World instances(std::size_t count) {
  auto index = std::make_shared<std::size_t>(0);
  return [=](const client::Ask&) {
    return http_answer(200, {{"X-Instance", "pod-" + std::to_string((*index)++ % count)}});
  };
}

const char* const kPromql =
    "kind: replicas\nexactly: 3\npromql: { prometheus: \"http://127.0.0.1:9090\", query: 'count(up{job=\"a "
    "b\"} == 1)' }";
const char* const kKubernetes =
    "kind: replicas\nmin: 2\nkubernetes: { url: \"https://127.0.0.1:6443\", namespace: shop, deployment: "
    "web, token: "
    "abc }";

std::string prometheus_says(const std::string& data, int status = 200) {
  return summary(judged(made(kPromql), answer_of(status, R"({"status":"success","data":)" + data + "}")));
}

std::string vector_of(const std::string& results) {
  return R"({"resultType":"vector","result":[)" + results + "]}";
}
std::string sample(const std::string& value) {
  return R"({"metric":{},"value":[1700000000.1,")" + value + "\"]}";
}

std::string deployment(int wanted, const std::string& status, int generation = 4) {
  return R"({"kind":"Deployment","metadata":{"generation":)" + std::to_string(generation) +
         R"(},"spec":{"replicas":)" + std::to_string(wanted) + R"(},"status":{"observedGeneration":4)" +
         status + "}}";
}
std::string kubernetes_says(const std::string& body, int status = 200) {
  return summary(judged(made(kKubernetes), answer_of(status, body)));
}

// With a target that is reached in a way of its own.
std::vector<Probe> made_beside_target(const std::string& probe) {
  const std::string text =
      "version: 1\ntargets:\n  candidate:\n    url: https://shop.example.com\n    connect_to: "
      "127.0.0.1:8443\n"
      "    resolve: { h: 10.0.0.1 }\n    headers: { Cookie: private }\n"
      "    tls: { verify: false, server_name: shop }\n"
      "probes: [ " +
      probe + " ]\n";
  config::ReadOptions options;
  options.probe_forms = forms();
  auto gate = config::read_gate(std::make_shared<const SourceFile>("gate.yaml", text), options);
  INFO((gate ? std::string() : gate.error().render(false)));
  REQUIRE(gate);
  return make_probes(*gate);
}

void error(const std::string& probe, const char* sentence) {
  INFO(staged(probe).errors);
  CHECK(staged(probe).errors.find(sentence) != std::string::npos);
}

}  // namespace

TEST_CASE("replicas: distinct instances are counted over many new connections") {
  const Probe probe = made("kind: replicas\nheader: X-Instance\nexactly: 3");
  CHECK(probe.kind->new_connections);
  std::vector<std::string> asked;
  CHECK(summary(judged(probe, instances(3), &asked)) ==
        "pass: instances: 3: pod-0 (9 times), pod-1 (9 times), pod-2 (8 times)");
  CHECK(asked.size() == 26);
  CHECK(summary(judged(probe, instances(2))) ==
        "fail: instances: expected exactly 3, got 2: pod-0 (13 times), pod-1 (13 times)");
  CHECK(judged(probe, instances(4)).state() == ProbeState::fail);
}

TEST_CASE("replicas: min and max are bounds") {
  const Probe probe = made("kind: replicas\nheader: X-Instance\nmin: 2\nmax: 4\nconnections: 40");
  CHECK(judged(probe, instances(1)).reason().find("expected 2 to 4, got 1") != std::string::npos);
  for (const std::size_t count : {2U, 3U, 4U})
    CHECK(judged(probe, instances(count)).state() == ProbeState::pass);
  CHECK(judged(probe, instances(5)).state() == ProbeState::fail);
  CHECK(judged(made("kind: replicas\nheader: X-Instance\nmax: 4"), instances(5)).reason().find("at most 4") !=
        std::string::npos);
}

TEST_CASE("replicas: instances in JSON") {
  const Probe probe = made("kind: replicas\npath: /info\njson: /instance\nmin: 1");
  CHECK(judged(probe, answer_of(200, R"({"instance":"a"})")).state() == ProbeState::pass);
  CHECK(judged(probe, answer_of(200, R"({"other":"a"})")).state() == ProbeState::fail);
}

TEST_CASE("replicas: answers without an instance are not counted as few") {
  const Probe probe = made("kind: replicas\nheader: X-Instance\nmax: 9");
  CHECK(summary(judged(probe, answer_of(200, ""))) ==
        "fail: instances: expected every answer names one in header X-Instance, got no header X-Instance (97 "
        "times)");
  CHECK(judged(probe, [](const client::Ask&) {
          return trouble(client::Trouble::refused, "connect");
        }).state() == ProbeState::fail);
  CHECK(judged(probe, [](const client::Ask&) {
          return trouble(client::Trouble::local, "no socket");
        }).state() == ProbeState::error);
  CHECK(judged(probe, [](const client::Ask&) {
          return http_answer(200, {{"X-Instance", "a"}, {"X-Cache", "HIT"}});
        }).state() == ProbeState::warn);
}

TEST_CASE("replicas: Prometheus is asked instead of the target") {
  const Probe probe = made(kPromql, "https://shop.example.com");
  const client::Ask ask = probe.kind->next(probe, {})[0];
  CHECK(std::get<client::HttpAsk>(ask.what).url ==
        "http://127.0.0.1:9090/api/v1/query?query=count%28up%7Bjob%3D%22a%20b%22%7D%20%3D%3D%201%29");
  CHECK(probe.spec.elsewhere);
  CHECK(probe.spec.host == "127.0.0.1");
  CHECK(probe.spec.port == 9090);
  CHECK_FALSE(probe.spec.secure);
  const Probe behind =
      made("kind: replicas\nmin: 1\npromql: { prometheus: \"http://127.0.0.1:80/prom/\", query: up }");
  CHECK(std::get<client::HttpAsk>(behind.kind->next(behind, {})[0].what).url ==
        "http://127.0.0.1:80/prom/api/v1/query?query=up");
}

TEST_CASE("replicas: another place is not asked in the way that is meant for the target") {
  const std::string keys = "kind: replicas, min: 1, promql: { prometheus: \"https://h:9090\", query: up }";
  const Probe probe = made_beside_target("{ " + keys + " }").at(0);
  CHECK(probe.access.connect_to.empty());
  CHECK(probe.access.resolve.empty());
  CHECK(probe.access.server_name.empty());
  CHECK(probe.access.verify);
  CHECK(probe.spec.headers.empty());
  const client::Ask ask = probe.kind->next(probe, {})[0];
  for (const client::Field& field : std::get<client::HttpAsk>(ask.what).headers)
    CHECK(field.name != "Cookie");
  // What the probe itself says is meant for it.
  const Probe reached =
      made_beside_target("{ " + keys + ", connect_to: \"127.0.0.1:1\", server_name: p }").at(0);
  CHECK(reached.access.connect_to == "127.0.0.1:1");
  CHECK(reached.access.server_name == "p");
  const Probe socket =
      made_beside_target(
          "{ kind: replicas, min: 1, promql: { prometheus: \"http+unix://%2Frun%2Fprom\", query: up } }")
          .at(0);
  CHECK(socket.access.connect_to == "unix:/run/prom");
  CHECK(std::get<client::HttpAsk>(socket.kind->next(socket, {})[0].what).url ==
        "http://localhost/api/v1/query?query=up");
}

TEST_CASE("replicas: a number of Prometheus is judged") {
  CHECK(prometheus_says(vector_of(sample("3"))) == "pass: instances: 3 by Prometheus");
  CHECK(prometheus_says(vector_of(sample("2"))) ==
        "fail: instances: expected exactly 3, got 2 by Prometheus");
  CHECK(prometheus_says(R"({"resultType":"scalar","result":[1700000000,"3"]})").starts_with("pass"));
  CHECK(prometheus_says(vector_of(sample("0"))).starts_with("fail"));
}

TEST_CASE("replicas: what Prometheus cannot say is an error with its reason, never a pass") {
  const auto is = [](const std::string& said, const char* part) {
    INFO(said);
    CHECK(said.starts_with("error: query of Prometheus: "));
    CHECK(said.find(part) != std::string::npos);
  };
  is(prometheus_says(vector_of("")), "the query found no series");
  is(prometheus_says(vector_of(sample("NaN"))), "NaN");
  is(prometheus_says(vector_of(sample("+Inf"))), "counts nothing");
  is(prometheus_says(vector_of(sample("2.5"))), "counts nothing");
  is(prometheus_says(vector_of(sample("-1"))), "counts nothing");
  is(prometheus_says(vector_of(sample("3")), 500), "status 500");
  is(prometheus_says(vector_of(sample("3") + "," + sample("3"))), "2 series, not one number");
  is(prometheus_says(vector_of(R"({"metric":{},"histogram":[1,{}]})")), "no value");
  is(prometheus_says(R"({"resultType":"matrix","result":[]})"), "a range of time");
  is(prometheus_says("{}"), "no answer of Prometheus");
  is(summary(judged(made(kPromql), answer_of(200, "<html>"))), "instead of JSON");
  is(summary(judged(made(kPromql), answer_of(200, ""))), "instead of JSON");
  is(summary(judged(made(kPromql),
                    answer_of(400, R"({"status":"error","errorType":"bad_data","error":"parse error"})"))),
     "status 400, bad_data: parse error");
  is(summary(judged(made(kPromql),
                    [](const client::Ask&) { return trouble(client::Trouble::refused, "connect"); })),
     "refused: connect");
}

TEST_CASE("replicas: Kubernetes is asked with a token") {
  const Probe probe = made(kKubernetes);
  const client::Ask ask = probe.kind->next(probe, {})[0];
  const auto& http = std::get<client::HttpAsk>(ask.what);
  CHECK(http.url == "https://127.0.0.1:6443/apis/apps/v1/namespaces/shop/deployments/web");
  REQUIRE(!http.headers.empty());
  CHECK(http.headers[0].name == "Authorization");
  CHECK(http.headers[0].value == "Bearer abc");
}

TEST_CASE("replicas: a Deployment counts its ready instances, not the current ones") {
  CHECK(kubernetes_says(deployment(3, R"(,"readyReplicas":3,"replicas":3)")) == "pass: all 2 facts hold");
  CHECK(kubernetes_says(deployment(3, R"(,"readyReplicas":2,"replicas":3)")) ==
        "fail: instances that are ready: expected all 3 of spec.replicas, got 2");
  // Kubernetes leaves out a zero.
  CHECK(kubernetes_says(deployment(3, R"(,"replicas":3)"))
            .starts_with("fail: instances: expected at least 2, got 0 ready by Kubernetes"));
}

TEST_CASE("replicas: what Kubernetes cannot say is an error with its reason") {
  const auto is = [](const std::string& said, const char* part) {
    INFO(said);
    CHECK(said.starts_with("error: deployment web: "));
    CHECK(said.find(part) != std::string::npos);
  };
  is(kubernetes_says(R"({"kind":"Status","message":"Unauthorized"})", 401),
     "the token is not accepted: Unauthorized");
  is(kubernetes_says(R"({"kind":"Status"})", 403), "the token may not read this");
  is(kubernetes_says(R"({"kind":"Status"})", 404), "there is no such deployment");
  is(kubernetes_says(R"({"kind":"Status"})"), "this is no Deployment");
  is(kubernetes_says("<html>"), "instead of JSON");
  is(kubernetes_says(deployment(3, R"(,"readyReplicas":"3")")), "/status/readyReplicas is");
  is(kubernetes_says(deployment(3, R"(,"readyReplicas":-3)")), "counts nothing");
  is(kubernetes_says(deployment(3, R"(,"readyReplicas":3)", 5)), "the controller has not seen it");
}

TEST_CASE("replicas: mistakes are refused") {
  error("kind: replicas\nmin: 1", "nothing says how the instances are counted");
  error("kind: replicas\nheader: I", "this probe expects nothing");
  error("kind: replicas\nheader: I\nexactly: 3\nmin: 2", "an exact number has no other bounds");
  error("kind: replicas\nheader: I\nmin: 3\nmax: 2", "\"max\" is less than \"min\"");
  error("kind: replicas\nheader: I\nmin: 3\nconnections: 2", "so few connections cannot meet 3 instances");
  error("kind: replicas\nheader: I\njson: /i\nmin: 1", "the version stands in one place");
  const std::string promql = "kind: replicas\nmin: 1\npromql: ";
  error(promql + "{ query: up }", "\"prometheus\" is missing");
  error(promql + "{ prometheus: \"http://127.0.0.1\" }", "\"query\" is missing");
  error(promql + "{ prometheus: \"127.0.0.1:9090\", query: up }", "is no URL to ask");
  error(promql + "{ prometheus: \"http://u:p@h\", query: up }", "is no URL to ask");
  error(promql + "{ prometheus: \"http://h\", query: \"\" }", "\"query\" is empty");
  error(promql + "{ prometheus: \"http://h\", query: up }\nheader: I",
        "the instances are counted in one way");
  error(promql + "{ prometheus: \"http://h\", query: up }\npath: /x", "\"path\" means nothing here");
  error(promql + "{ prometheus: \"http://h\", query: up }\ntarget: candidate",
        "\"target\" means nothing here");
  error(promql + "up", "must be a map");
  const std::string kubernetes = "kind: replicas\nmin: 1\nkubernetes: ";
  error(kubernetes + "{ url: \"http://h\", namespace: a }", "\"deployment\" is missing");
  error(kubernetes + "{ url: \"http://h\", namespace: \"a/b\", deployment: c }",
        "cannot be the name of an object");
  error(kubernetes + "{ url: \"http://h\", namespace: a, deployment: c, token: \"a\\nb\" }",
        "a token holds no spaces");
}
