// Alerts whose fault comes while load runs, or is the load; and what a plan makes impossible.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/probes/alert_world.h"

using namespace assay;
using namespace assay::probes;

namespace {

std::string gate(const std::string& keys, const std::string& duration = "1m") {
  return "version: 1\ntargets: { candidate: http://127.0.0.1:8080 }\n"
         "scenarios: { home: { steps: [ { get: / } ] } }\n"
         "load: { shape: constant-arrival-rate, rate: 10/s, duration: " +
         duration +
         " }\nprobes:\n  - { kind: alert-lifecycle, alert: QueueDeep, prometheus: http://127.0.0.1:9090, "
         "alertmanager: http://127.0.0.1:9093, dangerous: [127.0.0.1], " +
         keys + " }\n";
}

Probe one_of(const std::string& text) {
  StagedGate staged = staged_gate(text);
  INFO(staged.errors);
  REQUIRE(staged.probes.size() == 1);
  return std::move(staged.probes[0]);
}

// The load is over after so many polls; 0: there is none.
Judgement beside(const Probe& probe, AlertWorld& world, int load_polls,
                 std::vector<std::string>* asked = nullptr) {
  const auto course = probe.kind->begin(probe);
  const bool is_the_load = probe.spec.phase == ProbePhase::during && asked == nullptr;
  if (load_polls > 0) course->load_runs(true);
  std::vector<Exchange> latest;
  TimePoint now{};
  bool begun = false, over = load_polls == 0;
  for (int round = 0; round < 1000; ++round) {
    if (!over && world.polls() >= load_polls) {
      course->load_runs(false);
      over = true;
      if (is_the_load) world.end_fault();
    }
    const auto asks = course->next(latest);
    if (asks.empty()) return course->judge();
    if (round == 1 && is_the_load && !std::exchange(begun, true)) world.begin_fault();
    latest = answered(asks, std::ref(world), now, asked);
  }
  FAIL("the course never ends");
  return {};
}

const std::string kFault =
    "inject: { http: { path: /fault, method: POST } }, clear: { http: { path: /fault, method: DELETE } }, ";

}  // namespace

TEST_CASE("alert-lifecycle: the load is the fault, and its end takes it back") {
  const Probe probe = one_of(gate("inject: load"));
  CHECK(probe.spec.phase == ProbePhase::during);
  AlertWorld world({.told = 5});
  const Judgement judgement = beside(probe, world, 20);
  INFO(summary(judgement));
  CHECK(judgement.state() == ProbeState::pass);
  CHECK(fact(judgement, "firing").state == ProbeState::pass);
  CHECK(has(fact(judgement, "resolved").observed, "after "));
}

TEST_CASE("alert-lifecycle: a load that is over too early proves nothing") {
  const Probe probe = one_of(gate("inject: load"));
  AlertWorld world({});
  CHECK(has(summary(beside(probe, world, 3)),
            "error: the load: it was over after 2s, and the alert was pending by then"));
}

TEST_CASE("alert-lifecycle: where no load runs, it is no fault") {
  const Probe probe = one_of(gate("inject: load"));
  AlertWorld world({});
  CHECK(has(summary(beside(probe, world, 0)), "error: inject: no load runs here that could be the fault"));
}

TEST_CASE("alert-lifecycle: another fault beside load is taken back when the load is over too early") {
  const Probe probe = one_of(gate(kFault + "phase: during"));
  std::vector<std::string> asked;
  AlertWorld brief({});
  CHECK(has(summary(beside(probe, brief, 3, &asked)), "error: the load: it was over after"));
  CHECK_FALSE(brief.fault_is_on());
  asked.clear();
  AlertWorld long_enough({});
  const Judgement judgement = beside(probe, long_enough, 8, &asked);
  INFO(summary(judgement));
  CHECK(judgement.state() == ProbeState::pass);  // its end may come after the load
  asked.clear();
  AlertWorld without({});
  CHECK(beside(probe, without, 0, &asked).state() == ProbeState::pass);
}

TEST_CASE("alert-lifecycle: what it cannot do beside load names its place") {
  const auto errors = [](const std::string& keys) { return staged_gate(gate(keys)).errors; };
  CHECK(has(errors("inject: load, phase: post"), "the load is the fault, and it is not there then"));
  CHECK(has(errors("inject: load, clear: { command: [x] }"), "nothing is left to be taken back here"));
  CHECK(has(errors(kFault + "phase: continuous"), "a probe of kind alert-lifecycle runs once"));
  CHECK(has(errors(kFault + "every: 1s"), "a probe of kind alert-lifecycle cannot be repeated"));
  CHECK(has(errors(kFault + "phase: during, retries: 2"), "cannot be repeated"));
  CHECK(has(errors(kFault + "phase: during, expect: { firing_within: 2m }"),
            "the load lasts 1m, and this may take 2m"));
  CHECK(errors(kFault + "phase: during, expect: { firing_within: 1m }").empty());
  CHECK(has(staged("kind: alert-lifecycle\nalert: A\nprometheus: http://127.0.0.1:1\nalertmanager: "
                   "http://127.0.0.1:2\ndangerous: [127.0.0.1]\ninject: load")
                .errors,
            "there is no load that could be the fault"));
}

TEST_CASE(
    "alert-lifecycle: a load that is too short and a share that is too small are refused with numbers") {
  const auto path =
      std::filesystem::temp_directory_path() / fmt::format("assay-lifecycle-load-{}.yaml", getpid());
  std::ofstream(path) << "groups: [ { name: shop, rules: [ { alert: QueueDeep, for: 5m, expr: "
                         "'sum(rate(bad[5m])) / sum(rate(all[5m])) > 0.05' } ] } ]\n";
  const auto refused = [&](const std::string& inject, const std::string& duration) {
    return staged_gate(gate(inject + ", rules_file: " + path.string(), duration)).errors;
  };
  const std::string half = "inject: { load: { error_ratio: 50% } }";
  CHECK(
      has(refused(half, "5m"),
          "the load lasts 5m: it cannot fire within 5m: a share of 50% exceeds 5% after 30s of the window of "
          "5m, then it is pending for 5m, so 5m30s at least"));
  CHECK(refused(half, "6m").empty());
  CHECK(has(refused("inject: { load: { error_ratio: 40%, share: 10% } }", "1h"),
            "a part that takes 10% of the traffic and fails 40% of it makes 4% overall: a share of 4% never "
            "exceeds the threshold of 5%"));
  CHECK(has(refused("inject: { requests: { path: /fail, rate: 5/s, error_ratio: 40%, share: 10% } }", "1h"),
            "makes 4% overall"));
  CHECK(refused("inject: { load: { error_ratio: 80%, share: 10% } }", "1h").empty());
  CHECK(has(refused("inject: { load: { share: 10% } }", "1h"),
            "a share of the traffic says nothing without what fails of it"));
  std::filesystem::remove(path);
}
