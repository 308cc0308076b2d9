// How many instances there are, by one of three witnesses: the answers of the target itself, each of which
// names its instance; Prometheus; or the API of Kubernetes. The kinds `replicas` and `scale-out` share these
// keys.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/probe_form.h"
#include "probes/kind.h"
#include "probes/server_key.h"
#include "probes/version_source.h"

namespace assay::probes {

// Distinct names in the answers over so many new connections.
struct AnswersSource {
  VersionSource instance;
  std::uint64_t connections = 0;
};
// The value of the only result of a query.
struct PromqlSource {
  Server server;
  std::string query;
};
// What a Deployment says of itself.
struct KubernetesSource {
  Server server;
  std::string name_space, deployment, token;
};

struct ReplicaCount {
  std::uint64_t ready = 0;
  std::optional<std::uint64_t> wanted;  // by whoever runs them; Kubernetes only
  std::string shown;                    // the evidence: "3: a (9 times), b (8 times), c (9 times)"
};

struct ReplicaSource {
  std::variant<AnswersSource, PromqlSource, KubernetesSource> what;

  std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) const;
  // Nothing after a fact that says why: an unknown number is never a small one.
  std::optional<ReplicaCount> count(Exchanges all, Judgement& judgement) const;
};

// `expected`: the largest number that the probe may have to find.
ReplicaSource read_replica_source(const config::ProbeReading& reading, std::uint64_t expected);

// The measure under which both kinds note the number.
inline constexpr std::string_view kReplicasMeasure = "replicas";
inline constexpr std::uint64_t kMostReplicas = 1000;

}  // namespace assay::probes
