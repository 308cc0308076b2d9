// What a gate file says about an alert that is made to fire, to arrive and to clear.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/probe_form.h"
#include "probes/alert_arithmetic.h"
#include "probes/amqp_talk.h"
#include "probes/postgres_login.h"
#include "probes/prometheus_answers.h"
#include "probes/receiver_key.h"
#include "probes/request_keys.h"
#include "probes/server_key.h"

namespace assay::probes {

inline constexpr std::string_view kLifecycleKeys[] = {"alert",    "labels",     "prometheus", "alertmanager",
                                                      "receiver", "inject",     "clear",      "expect",
                                                      "poll",     "unaffected", "rules_file"};

// What brings a fault about, or takes it back.
struct CommandAction {
  std::vector<std::string> argv;
};
struct HttpAction {
  std::string url;  // absolute; empty: the target's, with the path of the request
  Request request;
};
using Action = std::variant<CommandAction, HttpAction>;

// Requests for as long as the fault is wanted, such as those that fail: one, or the steps of a scenario.
struct FaultStep {
  Request request;
  std::optional<Nanos> timeout;  // instead of the probe's
};
struct RequestsInjector {
  std::vector<FaultStep> steps;  // at least one
  double rate = 0;               // how often a second the steps are gone through
};
// Another server than the target.
struct FaultPlace {
  std::string host;
  std::uint16_t port = 0;
  bool tls = false, verify = true;
};
// Published to an AMQP broker: so many at once, and then at a rate for as long as the fault is wanted.
struct MessagesInjector {
  FaultPlace place;
  AmqpLogin login;
  AmqpMessage message;
  std::uint64_t messages = 0;
  double rate = 0;
  std::string purge;  // the queue that is emptied to take the fault back; empty: `clear` does it
};
// To PostgreSQL, held for as long as the fault is wanted.
struct ConnectionsInjector {
  FaultPlace place;
  PgLogin login;
  std::size_t connections = 0;
};
// Posted to Alertmanager: proves the route, not the rule.
struct SyntheticAlert {};
// The load of the run is the fault, and its end takes it back.
struct LoadInjector {};
using Injector = std::variant<Action, RequestsInjector, MessagesInjector, ConnectionsInjector, SyntheticAlert,
                              LoadInjector>;

struct LifecycleSettings final : config::ProbeSettings {
  Server prometheus, alertmanager;
  std::string alert;
  Labels labels;  // of the alert, besides its name
  std::optional<ReceiverPlace> receiver;
  Injector injector;
  // Of the requests of the service that fail by it; of those of a canary, where `share` is its part of them.
  std::optional<double> error_ratio, share;
  std::optional<Action> clear;
  std::optional<Nanos> load_lasts;  // the load beside which it runs
  // Since the fault began; since it was taken back. Absent: as the rule and the route allow.
  std::optional<Nanos> pending_within, firing_within, notified_within, resolved_within,
      resolved_notified_within;
  Nanos min_pending{0};
  Nanos poll{std::chrono::seconds(1)};
  std::vector<std::string> unaffected;                     // alerts that must stay as they are
  std::map<std::string, std::string, std::less<>> places;  // of the keys of `expect`

  bool is_synthetic() const { return std::holds_alternative<SyntheticAlert>(injector); }
  std::optional<double> overall_ratio() const;  // of all requests of the service
  std::string place(std::string_view key) const;
};

// Why the alert cannot do as it is expected, with the key that is to blame: "firing_within", "min_pending",
// "resolved_within", "resolved_notified_within", "error_ratio" or "phase". Known before the fault, and with a
// rules file before anything is sent.
struct LifecycleFlaw {
  std::string_view key;
  std::string why;
};
std::vector<LifecycleFlaw> flaws_of(const LifecycleSettings& settings, const RuleTimes& rule);

std::shared_ptr<const config::ProbeSettings> read_lifecycle(const config::ProbeReading& reading);

}  // namespace assay::probes
