#include "probes/registry.h"

#include <algorithm>
#include <array>

#include "match/secret_search.h"
#include "probes/probe_alert_lifecycle.h"
#include "probes/probe_alert_rule.h"
#include "probes/probe_amqp.h"
#include "probes/probe_availability.h"
#include "probes/probe_backup_freshness.h"
#include "probes/probe_body_limit.h"
#include "probes/probe_caching.h"
#include "probes/probe_command.h"
#include "probes/probe_compression.h"
#include "probes/probe_cookies.h"
#include "probes/probe_cors.h"
#include "probes/probe_dns.h"
#include "probes/probe_env.h"
#include "probes/probe_grafana_dashboard.h"
#include "probes/probe_grpc_health.h"
#include "probes/probe_headers.h"
#include "probes/probe_health.h"
#include "probes/probe_http.h"
#include "probes/probe_log_search.h"
#include "probes/probe_metrics.h"
#include "probes/probe_nats.h"
#include "probes/probe_notification.h"
#include "probes/probe_ports.h"
#include "probes/probe_postgres.h"
#include "probes/probe_prometheus_targets.h"
#include "probes/probe_promql.h"
#include "probes/probe_rate_limit.h"
#include "probes/probe_recovery.h"
#include "probes/probe_redirect.h"
#include "probes/probe_redis.h"
#include "probes/probe_replicas.h"
#include "probes/probe_rollback.h"
#include "probes/probe_rollout.h"
#include "probes/probe_scale_out.h"
#include "probes/probe_smtp.h"
#include "probes/probe_ssh.h"
#include "probes/probe_tcp.h"
#include "probes/probe_tls.h"
#include "probes/probe_trace_search.h"
#include "probes/probe_version.h"
#include "probes/probe_watchdog.h"

namespace assay::probes {

// By name, as the language reference lists them.
std::span<const Kind* const> kinds() {
  static constexpr std::array kKinds{
      &kAlertLifecycle,
      &kAlertRule,
      &kAmqp,
      &kAvailability,
      &kBackupFreshness,
      &kBodyLimit,
      &kCaching,
      &kCommand,
      &kCompression,
      &kCookies,
      &kCors,
      &kDns,
      &kEnv,
      &kGrafanaDashboard,
      &kGrpcHealth,
      &kHeaders,
      &kHealth,
      &kHttp,
      &kLogSearch,
      &kMetrics,
      &kNats,
      &kNotification,
      &kPorts,
      &kPostgres,
      &kPrometheusTargets,
      &kPromql,
      &kRateLimit,
      &kRecovery,
      &kRedirect,
      &kRedis,
      &kReplicas,
      &kRollback,
      &kRollout,
      &kScaleOut,
      &kSmtp,
      &kSsh,
      &kTcp,
      &kTls,
      &kTraceSearch,
      &kVersion,
      &kWatchdog,
  };
  return kKinds;
}

const Kind* find_kind(std::string_view name) {
  const auto all = kinds();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Kind* kind) { return kind->form.name == name; });
  return found == all.end() ? nullptr : *found;
}

std::span<const config::ProbeForm> forms() {
  static const std::vector<config::ProbeForm> made_forms = [] {
    std::vector<config::ProbeForm> made;
    for (const Kind* kind : kinds()) made.push_back(kind->form);
    return made;
  }();
  return made_forms;
}

std::vector<Probe> make_probes(const config::GateSpec& gate) {
  const std::vector<std::string> secrets = match::secret_values(gate.secrets);
  std::vector<Probe> probes;
  for (const config::ProbeSpec& spec : gate.probes) {
    client::Access access{.connect_to = spec.connect_to,
                          .resolve = spec.resolve,
                          .ca_file = spec.ca,
                          .certificate_file = spec.certificate,
                          .key_file = spec.key,
                          .server_name = spec.server_name,
                          .verify = spec.verify,
                          .timeout = spec.timeout};
    probes.push_back({spec, find_kind(spec.kind), std::move(access), secrets});
  }
  return probes;
}

}  // namespace assay::probes
