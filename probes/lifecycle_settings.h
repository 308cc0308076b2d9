// What a gate file says about an alert that is made to fire, to arrive and to clear.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/probe_form.h"
#include "probes/alert_arithmetic.h"
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

// Requests at a rate for as long as the fault is wanted, such as those that fail.
struct RequestsInjector {
  Request request;
  double rate = 0;              // a second
  std::optional<double> ratio;  // of all requests of the service: the share that these are
};
// Posted to Alertmanager: proves the route, not the rule.
struct SyntheticAlert {};
using Injector = std::variant<Action, RequestsInjector, SyntheticAlert>;

struct LifecycleSettings final : config::ProbeSettings {
  Server prometheus, alertmanager;
  std::string alert;
  Labels labels;  // of the alert, besides its name
  std::optional<ReceiverPlace> receiver;
  Injector injector;
  std::optional<Action> clear;
  // Since the fault began; since it was taken back. Absent: as the rule and the route allow.
  std::optional<Nanos> pending_within, firing_within, notified_within, resolved_within,
      resolved_notified_within;
  Nanos min_pending{0};
  Nanos poll{std::chrono::seconds(1)};
  std::vector<std::string> unaffected;                     // alerts that must stay as they are
  std::map<std::string, std::string, std::less<>> places;  // of the keys of `expect`

  bool is_synthetic() const { return std::holds_alternative<SyntheticAlert>(injector); }
  std::string place(std::string_view key) const;
};

// Why the alert cannot do as it is expected, with the key that is to blame: "firing_within", "min_pending",
// "resolved_within", "resolved_notified_within" or "ratio". Known before the fault, and with a rules file
// before anything is sent.
struct LifecycleFlaw {
  std::string_view key;
  std::string why;
};
std::vector<LifecycleFlaw> flaws_of(const LifecycleSettings& settings, const RuleTimes& rule);

std::shared_ptr<const config::ProbeSettings> read_lifecycle(const config::ProbeReading& reading);

}  // namespace assay::probes
