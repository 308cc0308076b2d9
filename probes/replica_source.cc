#include "probes/replica_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/values.h"
#include "probes/balancing.h"
#include "probes/replica_answers.h"

namespace assay::probes {
namespace {

constexpr config::WholeRange kConnections{1, 2000};
// A load balancer that counts connections spreads them only while they are open.
constexpr std::size_t kAtOnce = 10;
constexpr std::uint64_t kFewestConnections = 20;
constexpr std::string_view kPromqlWords[] = {"prometheus", "query"};
constexpr config::KeyTable kPromqlKeys{"promql", "promql", kPromqlWords};
constexpr std::string_view kKubernetesWords[] = {"url", "namespace", "deployment", "token"};
constexpr config::KeyTable kKubernetesKeys{"kubernetes", "kubernetes", kKubernetesWords};

// ---- reading
std::string required_text(const config::ProbeReading& reading, const config::MapReader& map,
                          std::string_view key, std::string_view hint) {
  const config::Node* node = map.require(key, hint);
  if (node == nullptr) return {};
  std::string text = reading.text(*node, key).value_or("");
  if (text.empty()) reading.error(*node, config::in_quotes(key) + " is empty", std::string(hint));
  return text;
}

PromqlSource read_promql(const config::ProbeReading& reading, const config::Node& node) {
  const config::MapReader map(reading.context, node, kPromqlKeys, "promql");
  PromqlSource source;
  if (!map.is_map()) return source;
  if (const auto* url = map.require("prometheus", "write it like prometheus: http://127.0.0.1:9090"))
    source.server = read_server(reading, *url, "prometheus");
  source.query = required_text(reading, map, "query", R"(write it like query: 'count(up{job="shop"} == 1)')");
  return source;
}

// Names of objects go into a path.
std::string read_object_name(const config::ProbeReading& reading, const config::MapReader& map,
                             std::string_view key, std::string_view hint) {
  std::string name = required_text(reading, map, key, hint);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  if (!plain)
    reading.error(*map.find(key), config::in_quotes(name) + " cannot be the name of an object in Kubernetes",
                  "use small letters, digits, - and .");
  return name;
}

KubernetesSource read_kubernetes(const config::ProbeReading& reading, const config::Node& node) {
  const config::MapReader map(reading.context, node, kKubernetesKeys, "kubernetes");
  KubernetesSource source;
  if (!map.is_map()) return source;
  if (const auto* url = map.require("url", "write it like url: https://127.0.0.1:6443"))
    source.server = read_server(reading, *url, "url");
  source.name_space = read_object_name(reading, map, "namespace", "write it like namespace: default");
  source.deployment = read_object_name(reading, map, "deployment", "write it like deployment: shop");
  if (const auto* token = map.find("token")) {
    source.token = reading.text(*token, "token").value_or("");
    if (std::any_of(source.token.begin(), source.token.end(),
                    [](unsigned char c) { return c <= ' ' || c >= 127; }))
      reading.error(*token, "a token holds no spaces and no control characters",
                    "a secret from a file may end with an empty line");
  }
  return source;
}

AnswersSource read_answers(const config::ProbeReading& reading, std::uint64_t expected) {
  AnswersSource source{read_version_source(reading),
                       std::clamp(answers_that_meet_all(expected), kFewestConnections, kConnections.max)};
  if (const config::Node* node = reading.find("connections")) {
    config::assign(source.connections,
                   config::read_whole(reading.context, *node, "connections", kConnections));
    if (source.connections < expected)
      reading.error(
          *node, fmt::format("so few connections cannot meet {} instances", expected),
          fmt::format("{} meet them all, however they are chosen", answers_that_meet_all(expected)));
  }
  const bool no_target =
      reading.find("target") == nullptr && reading.gate.target(reading.spec.arm) == nullptr;
  if (no_target)
    reading.error(*reading.find("kind"), "this probe needs a target", "name a candidate under \"targets\"");
  return source;
}

// Keys that mean nothing where the target is not asked.
void refuse_target_keys(const config::ProbeReading& reading) {
  for (const std::string_view key : {"target", "path", "connections"})
    if (const config::Node* node = reading.find(key))
      reading.error(*node, config::in_quotes(key) + " means nothing here: the target is not asked",
                    "remove it, or count the instances by a header or a JSON value of its answers");
}

// ---- asking
struct Asks {
  const Probe& probe;
  std::size_t asked;

  std::vector<client::Ask> operator()(const AnswersSource& source) const {
    const std::size_t left = source.connections - std::min<std::size_t>(asked, source.connections);
    return std::vector<client::Ask>(std::min(left, kAtOnce), source.instance.ask(probe));
  }
  std::vector<client::Ask> operator()(const PromqlSource& source) const {
    if (asked > 0) return {};
    return {source.server.get("query of Prometheus", "/api/v1/query?query=" + url_encoded(source.query))};
  }
  std::vector<client::Ask> operator()(const KubernetesSource& source) const {
    if (asked > 0) return {};
    std::vector<client::Field> headers;
    if (!source.token.empty()) headers.push_back({"Authorization", "Bearer " + source.token});
    const std::string path =
        fmt::format("/apis/apps/v1/namespaces/{}/deployments/{}", source.name_space, source.deployment);
    return {source.server.get("deployment " + source.deployment, path, std::move(headers))};
  }
};

// ---- counting
struct Counter {
  Exchanges all;
  Judgement& judgement;
  using Count = std::optional<ReplicaCount>;

  Count operator()(const AnswersSource& source) const {
    VersionCounts instances, problems;
    std::string age;
    for (const Exchange& exchange : all) {
      if (judgement.trouble(exchange.ask, exchange.answer)) return std::nullopt;
      const VersionFound found = source.instance.find(*exchange.answer.http());
      ++(found.problem.empty() ? instances[found.version] : problems[found.problem]);
      if (age.empty()) age = found.age;
    }
    if (!problems.empty()) {
      judgement.require(false, "instances", "every answer names one in " + source.instance.where(),
                        shown(problems));
      return std::nullopt;
    }
    if (!age.empty())
      judgement.advise(false, "freshness", "answers of the instances themselves", age + ", so of a cache");
    return ReplicaCount{instances.size(), std::nullopt,
                        fmt::format("{}: {}", instances.size(), shown(instances))};
  }

  Count operator()(const PromqlSource&) const {
    const auto count = of_witness(prometheus_count);
    if (!count) return std::nullopt;
    return ReplicaCount{*count, std::nullopt, fmt::format("{} by Prometheus", *count)};
  }

  Count operator()(const KubernetesSource&) const {
    const auto count = of_witness(deployment_count);
    if (!count) return std::nullopt;
    return ReplicaCount{count->ready, count->wanted, fmt::format("{} ready by Kubernetes", count->ready)};
  }

 private:
  template <class T>
  std::optional<T> of_witness(Read<T> (*read)(const client::HttpAnswer&)) const {
    const auto& [ask, answer] = all[0];
    if (judgement.no_witness(ask, answer)) return std::nullopt;
    Read<T> value = read(*answer.http());
    if (value) return *value;
    judgement.could_not(ask.label, value.error());
    return std::nullopt;
  }
};

}  // namespace

std::vector<client::Ask> ReplicaSource::next(const Probe& probe, Exchanges so_far) const {
  return std::visit(Asks{probe, so_far.size()}, what);
}

std::optional<ReplicaCount> ReplicaSource::count(Exchanges all, Judgement& judgement) const {
  return std::visit(Counter{all, judgement}, what);
}

ReplicaSource read_replica_source(const config::ProbeReading& reading, std::uint64_t expected) {
  const config::Node* promql = reading.find("promql");
  const config::Node* kubernetes = reading.find("kubernetes");
  const bool answers =
      reading.find("header") != nullptr || reading.find("json") != nullptr || reading.find("body") != nullptr;
  const int sources = static_cast<int>(answers) + static_cast<int>(promql != nullptr) +
                      static_cast<int>(kubernetes != nullptr);
  ReplicaSource source;
  if (sources != 1) {
    reading.error(
        *reading.find("kind"),
        sources == 0 ? "nothing says how the instances are counted" : "the instances are counted in one way",
        "write one of header: X-Instance, json: /instance, promql: { prometheus: URL, query: ... } "
        "and kubernetes: { url: URL, namespace: ..., deployment: ... }");
    return source;
  }
  if (!answers) refuse_target_keys(reading);
  if (answers) source.what = read_answers(reading, expected);
  if (promql != nullptr) source.what = read_promql(reading, *promql);
  if (kubernetes != nullptr) source.what = read_kubernetes(reading, *kubernetes);
  return source;
}

}  // namespace assay::probes
