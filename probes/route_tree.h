// Where an Alertmanager sends an alert, by its configuration: the routing tree, walked as it walks it, and
// what its receivers leave out. Pure. After https://prometheus.io/docs/alerting/latest/configuration/.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"
#include "probes/prometheus_answers.h"

namespace assay::probes {

struct RouteMatcher {
  std::string label;
  bool equal = true, regex = false;  // "=", "!=", "=~", "!~"
  std::string value;

  bool holds(const Labels& labels) const;  // a label that is missing is ""
};

struct Route {
  std::string receiver;
  std::vector<RouteMatcher> matchers;  // all must hold
  bool goes_on = false;                // `continue`: the next sibling is tried as well
  // Those of its parent, where it has none of its own.
  Nanos group_wait{0}, group_interval{0}, repeat_interval{0};
  std::vector<std::string> group_by;
  std::vector<Route> routes;
};

// One way of a receiver to tell somebody: `webhook_configs`, `slack_configs`, ...
struct Notifier {
  std::string kind;  // "webhook", "slack", "email", "pagerduty"
  bool send_resolved = true;
};
struct Receiver {
  std::string name;
  std::vector<Notifier> notifiers;
};

struct AlertmanagerConfig {
  Route route;
  std::vector<Receiver> receivers;

  const Receiver* receiver(std::string_view name) const;  // null: there is none
};
// `text`: YAML, as /api/v2/status shows it. Or why it cannot be read, as a sentence without a final stop.
Expected<AlertmanagerConfig, std::string> parse_alertmanager_config(const std::string& text);

// The routes by which an alert with these labels goes out, in order; never empty for a configuration that an
// Alertmanager accepts. They refer to `config`.
std::vector<const Route*> routes_for(const AlertmanagerConfig& config, const Labels& labels);

}  // namespace assay::probes
