#include "probes/route_tree.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;

namespace {

// As /api/v2/status of an Alertmanager 0.25 shows it.
constexpr const char* kConfig = R"(global:
  resolve_timeout: 5m
route:
  receiver: "null"
  group_by:
  - alertname
  continue: false
  routes:
  - receiver: pager
    matchers:
    - severity="critical"
    - team=~"shop|billing"
    continue: true
    group_wait: 1s
  - receiver: chat
    match:
      severity: critical
    routes:
    - matchers:
      - service!="auth"
      - region!~"eu-.*"
      receiver: chat-us
      repeat_interval: 1d
  - receiver: mail
    match_re:
      alertname: Disk.*
  group_wait: 10s
receivers:
- name: "null"
- name: pager
  pagerduty_configs:
  - send_resolved: true
    routing_key: <secret>
- name: chat
  slack_configs:
  - channel: '#a'
- name: chat-us
  slack_configs:
  - send_resolved: true
  webhook_configs:
  - send_resolved: false
    url: http://127.0.0.1/
- name: mail
  email_configs:
  - to: a@example.com
templates: []
)";

const AlertmanagerConfig& config() {
  static const AlertmanagerConfig kRead = parse_alertmanager_config(kConfig).value();
  return kRead;
}

std::vector<std::string> receivers(const Labels& labels) {
  std::vector<std::string> names;
  for (const Route* route : routes_for(config(), labels)) names.push_back(route->receiver);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

// The same as `amtool config routes test`, which tests/integration compares with.
TEST_CASE("routes: an alert goes where its labels lead") {
  CHECK(receivers({}) == Names{"null"});
  CHECK(receivers({{"severity", "warning"}}) == Names{"null"});
  CHECK(receivers({{"severity", "critical"}, {"team", "shop"}}) == Names{"pager", "chat-us"});
  CHECK(receivers({{"severity", "critical"}, {"team", "shopping"}, {"service", "auth"}}) == Names{"chat"});
  CHECK(receivers({{"severity", "critical"}, {"region", "eu-1"}}) == Names{"chat"});
  CHECK(receivers({{"alertname", "DiskFull"}}) == Names{"mail"});
  CHECK(receivers({{"alertname", "NoDiskFull"}}) == Names{"null"});
}

TEST_CASE("routes: times and groups come from above") {
  const auto pager = routes_for(config(), {{"severity", "critical"}, {"team", "shop"}});
  CHECK(pager[0]->group_wait == 1s);
  CHECK(pager[1]->group_wait == 10s);
  CHECK(pager[1]->group_interval == 5min);
  CHECK(pager[0]->repeat_interval == 4h);
  CHECK(pager[1]->repeat_interval == 24h);
  CHECK(pager[1]->group_by == Names{"alertname"});
}

TEST_CASE("receivers: which of them tell of the end") {
  CHECK(config().receiver("pager")->notifiers[0].send_resolved);
  CHECK_FALSE(config().receiver("chat")->notifiers[0].send_resolved);
  CHECK(config().receiver("chat-us")->notifiers[0].send_resolved);
  CHECK_FALSE(config().receiver("chat-us")->notifiers[1].send_resolved);
  CHECK(config().receiver("chat-us")->notifiers[1].kind == "webhook");
  CHECK_FALSE(config().receiver("mail")->notifiers[0].send_resolved);
  CHECK(config().receiver("null")->notifiers.empty());
  CHECK(config().receiver("nobody") == nullptr);
}

TEST_CASE("routes: what is no configuration is said") {
  CHECK(parse_alertmanager_config("a: b").error() == "it has no route");
  CHECK(parse_alertmanager_config("route: {matchers: [x]}").error() ==
        "the matcher \"x\" of a route cannot be read");
  CHECK(parse_alertmanager_config("route: {routes: [1]}").error().starts_with("a route is no map"));
  CHECK_FALSE(parse_alertmanager_config("a: ["));
  CHECK_FALSE(parse_alertmanager_config(""));
}
