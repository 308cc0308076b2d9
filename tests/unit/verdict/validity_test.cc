#include "verdict/validity.h"

#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "measured_run.h"
#include "verdict/bottleneck.h"

using namespace assay;
using namespace assay::verdict;

namespace {

// Both arms with 1 000 requests of 50 ms, none of them odd.
MeasuredRun sound() {
  MeasuredRun run(10);
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot) {
    run.add({.slot = slot}, 50);
    run.add({.arm = Arm::baseline, .slot = slot}, 50);
  }
  return run;
}

MeasuredRun candidate_with(Outcome outcome, std::string detail) {
  MeasuredRun run(10);
  run.add({.outcome = outcome, .status_class = 0}, 100);
  run.add({.arm = Arm::baseline}, 100);
  run.facts().failures.push_back({0, Arm::candidate, outcome, 100, std::move(detail), ""});
  return run;
}

std::vector<Finding> findings_of(const MeasuredRun& run) {
  const RunResult result = run.result();
  return validity_findings(result, find_limits(result));
}

std::string first_sentence(const MeasuredRun& run) {
  const auto findings = findings_of(run);
  return findings.empty() || findings.front().state != FindingState::invalid ? "" : findings.front().sentence;
}

bool says(const std::string& sentence, const char* part) { return sentence.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("validity: a sound run has nothing to report") { CHECK(findings_of(sound()).empty()); }

TEST_CASE("validity: a run that could not start says why") {
  MeasuredRun run;
  run.facts().could_not_run = "no file descriptors left";
  CHECK(first_sentence(run) == "the run could not be carried out: no file descriptors left");
}

TEST_CASE("validity: an interrupted run is invalid") {
  auto run = sound();
  run.facts().interrupted_by = SIGINT;
  CHECK(first_sentence(run) == "the run was interrupted by SIGINT");
}

TEST_CASE("validity: nothing measured is invalid, and so is an arm without requests") {
  CHECK(first_sentence(MeasuredRun()) == "nothing was measured: no judged request");
  MeasuredRun one_arm(10);
  one_arm.add({}, 100);
  CHECK(says(first_sentence(one_arm), "no judged request went to the baseline (http://baseline:2)"));
}

TEST_CASE("validity: a target that refuses every connection is not there") {
  CHECK(first_sentence(candidate_with(Outcome::connect_refused, "Connection refused")) ==
        "no request reached the candidate: nothing listens at http://candidate:1: Connection refused");
  CHECK(says(first_sentence(candidate_with(Outcome::dns, "no address")), "no connection could be made to"));
}

TEST_CASE("validity: requests that were never sent do not hide that the target is not there") {
  auto run = candidate_with(Outcome::connect_refused, "Connection refused");
  run.add({.outcome = Outcome::shed, .status_class = 0}, 40);
  CHECK(says(first_sentence(run), "nothing listens at"));
}

TEST_CASE("validity: a target that answered once was there") {
  auto run = candidate_with(Outcome::connect_refused, "Connection refused");
  run.add({});
  CHECK(first_sentence(run) == "");
}

TEST_CASE("validity: a certificate that never verified is named with its fault") {
  CHECK(says(first_sentence(candidate_with(Outcome::tls, "certificate has expired")),
             "TLS handshake with http://candidate:1 failed: certificate has expired"));
}

TEST_CASE("validity: answers with status 500 are a matter of thresholds, not of validity") {
  auto run = MeasuredRun(10, false);
  run.add({.outcome = Outcome::status, .status_class = 5}, 100);
  CHECK(findings_of(run).empty());
}

TEST_CASE("validity: late dispatches are the generator's fault and name the limit") {
  auto run = sound();
  run.facts().health.dispatch_lag.record(1'000'000, 980);
  run.facts().health.dispatch_lag.record(11'000'000, 20);
  CHECK(says(first_sentence(run), "2 % of the requests left more than 10ms late; the machine was busy"));
  HealthSecond second;
  second.busiest_worker_ratio = 0.97;
  run.facts().health.seconds.push_back(second);
  CHECK(says(first_sentence(run), "a worker used 97 % of its core"));
}

TEST_CASE("validity: lateness is measured by the target's own times") {
  MeasuredRun slow(10, false);
  slow.add({.response_time = Nanos{1'000'000'000}}, 100);
  slow.facts().health.dispatch_lag.record(50'000'000, 100);  // a twentieth of the median
  CHECK(findings_of(slow).empty());
}

TEST_CASE("validity: arrivals that were neither offered nor shed are missing") {
  auto run = sound();
  run.facts().health.intended = 1000;
  run.facts().health.started = 900;
  run.facts().health.shed = 60;
  CHECK(first_sentence(run) == "");
  run.facts().health.shed = 40;
  CHECK(says(first_sentence(run), "it offered 94 % of the intended arrivals"));
}

TEST_CASE("validity: unequal arms are invalid in the open model only") {
  auto run = sound();
  run.add({.slot = 1}, 300);
  CHECK(says(first_sentence(run), "the arms did not get equal shares"));
  run.facts().load.front().open_model = false;
  CHECK(first_sentence(run) == "");
}

TEST_CASE("validity: later steps may be unequal, because failures end iterations") {
  auto run = sound();
  run.facts().steps.push_back({"browse", "read", "GET", "/read", Nanos{2'000'000'000}});
  run.add({.arm = Arm::baseline, .slot = 1, .step = 1}, 1000);
  CHECK(first_sentence(run) == "");
}

TEST_CASE("validity: a baseline that mostly fails is no measure") {
  auto run = sound();
  run.add({.slot = 1}, 1100);
  run.add({.arm = Arm::baseline, .slot = 1, .outcome = Outcome::status, .status_class = 5}, 1100);
  CHECK(says(first_sentence(run), "the baseline is broken: 52.4 % of its requests failed"));
}

TEST_CASE("validity: waiting for a slow target is a remark, not a fault") {
  auto run = sound();
  run.facts().health.intended = run.facts().health.started = 2000;
  run.facts().health.waited = 120;
  run.facts().health.max_in_flight = 50;
  const auto findings = findings_of(run);
  REQUIRE(findings.size() == 1);
  CHECK(findings.front().state == FindingState::info);
  CHECK(says(findings.front().sentence, "120 of 2,000 arrivals waited"));
}

TEST_CASE("validity: requests that this machine could not send are not held against the target") {
  auto run = sound();
  run.add({.slot = 3, .outcome = Outcome::no_local_port, .status_class = 0}, 200);
  run.add({.arm = Arm::baseline, .slot = 3, .outcome = Outcome::no_local_port, .status_class = 0}, 200);
  run.facts().targets.front().connections_opened = 900;
  HealthSecond second{.second = 1, .completed = 900, .no_port = 400};
  run.facts().health.seconds.push_back(second);
  CHECK(first_sentence(run) ==
        "this machine, not the target, failed 16.7 % of the requests; limit: local ports; keep connections "
        "open (`connections: pooled` in place of `fresh`), widen net.ipv4.ip_local_port_range, or give the "
        "target more addresses");
}

TEST_CASE("validity: an address that no connection was ever made from is a target that was not reached") {
  auto run = candidate_with(Outcome::no_local_port, "[2001:db8::1]:80: no free local port");
  CHECK(says(first_sentence(run), "no request reached the candidate: no connection could be made to"));
}

TEST_CASE("validity: file descriptors that ran out make the run invalid") {
  auto run = MeasuredRun(10, false);
  run.add({.outcome = Outcome::no_file, .status_class = 0});
  run.add({}, 999);
  run.facts().environment.file_limit = 1024;
  CHECK(
      first_sentence(run) ==
      "this machine, not the target, failed 0.1 % of the requests; limit: file descriptors; allow more with "
      "`ulimit -n 2048`");
}

TEST_CASE("validity: arrivals that waited for a worker without CPU are the generator's fault") {
  auto run = sound();
  run.facts().environment.cores = 1;
  auto& health = run.facts().health;
  health.workers = 1;
  health.intended = health.started = 20'000;
  health.waited = 12'000;
  for (std::uint32_t second = 0; second < 10; ++second) {
    HealthSecond one{.second = second, .intended = 2'000, .started = 2'000, .waited = 1'200};
    one.busiest_worker_ratio = 0.99;
    health.seconds.push_back(one);
  }
  CHECK(says(first_sentence(run),
             "60 % of the arrivals waited for a worker that had no CPU left; limit: own CPU;"));
  for (HealthSecond& second : health.seconds) second.busiest_worker_ratio = 0.2;
  CHECK(first_sentence(run) == "");
}
