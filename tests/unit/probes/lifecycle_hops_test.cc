// How long each hop of an alert may take where the gate file does not say it.
#include "probes/lifecycle_hops.h"

#include <doctest/doctest.h>

#include "tests/unit/probes/kind_fixture.h"

using namespace assay;
using namespace assay::probes;
using namespace std::chrono_literals;

namespace {

LifecycleLimits limits(const std::string& keys, const Groundwork& groundwork) {
  const Probe probe = made(
      "kind: alert-lifecycle\nalert: QueueDeep\nprometheus: http://127.0.0.1:9090\nalertmanager: "
      "http://127.0.0.1:9093\ninject: { http: { path: /fault, method: POST } }\nclear: { http: { path: "
      "/fault "
      "} }\ndangerous: [127.0.0.1]\n" +
      keys);
  return limits_of(probe.settings<LifecycleSettings>(), groundwork);
}

Groundwork usual() {
  Groundwork groundwork;
  groundwork.rule = PromRule{};
  groundwork.rule->query = "sum(rate(errors[5m])) / sum(rate(all[5m])) > 0.05";
  groundwork.rule->interval = 15s;
  groundwork.rule->hold = 5min;
  groundwork.scrape_interval = 15s;
  groundwork.group_wait = 30s;
  groundwork.group_interval = 5min;
  return groundwork;
}

constexpr Nanos kStep = 15s + 2 * 15s + 2s + 2 * 1s;  // a scrape, two evaluations, what they take, two polls
const std::string kReceiver = "receiver: { listen: \"127.0.0.1:9099\" }\n";

}  // namespace

TEST_CASE("alert-lifecycle limits: by the rule and its intervals") {
  const LifecycleLimits found = limits(kReceiver, usual());
  CHECK(found.pending == 5min + kStep);
  CHECK(found.firing == 5min + kStep + 5min + 15s);
  CHECK(found.inactive == 5min + kStep);
  CHECK(found.resolved == found.inactive + 5min + 10s);
}

TEST_CASE("alert-lifecycle limits: an alert that is kept firing may end later") {
  Groundwork kept = usual();
  kept.rule->keep_firing = 3min;
  CHECK(limits(kReceiver, kept).inactive == limits(kReceiver, usual()).inactive + 3min);
  CHECK(limits(kReceiver, kept).resolved == limits(kReceiver, usual()).resolved + 3min);
  CHECK(limits(kReceiver, kept).notified == limits(kReceiver, usual()).notified);
}

TEST_CASE("alert-lifecycle limits: a group that is open already tells of it with its interval") {
  const LifecycleLimits found = limits(kReceiver, usual());
  CHECK(found.notified == found.firing + 5min + 10s);
  Groundwork patient = usual();
  patient.group_wait = 10min;
  CHECK(limits(kReceiver, patient).notified == found.firing + 10min + 10s);
}

TEST_CASE("alert-lifecycle limits: what the gate file says counts") {
  const LifecycleLimits found =
      limits(kReceiver + "expect: { firing_within: 6m, notified_within: 7m, resolved_notified_within: 12m }",
             usual());
  CHECK(found.pending == 6min);
  CHECK(found.firing == 6min);
  CHECK(found.notified == 7min);
  CHECK(found.resolved == 12min);
}
