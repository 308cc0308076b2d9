#include "cli/run_identity.h"

#include <doctest/doctest.h>

namespace assay::cli {
namespace {

RunResult measured() {
  RunResult result;
  result.name = "shop";
  result.scenario_hash = "5ce0";
  result.load_hash = "10ad";
  result.started_utc = "2026-02-14T09:00:00.000Z";
  result.environment.assay_version = "0.1.3";
  result.environment.build = "Release";
  result.environment.hostname = "runner-17";
  result.environment.kernel = "Linux 6.1.0-32-amd64 x86_64";
  result.environment.cpu_model = "AMD EPYC";
  result.environment.cores = 2;
  result.environment.ci = {{"GITHUB_SHA", "f00d"}};
  TargetFacts target;
  target.url = "http://shop.example";
  target.addresses = {"10.0.0.7:80"};
  result.targets.push_back(target);
  return result;
}

}  // namespace

TEST_CASE("identity: another host, kernel update or patch of assay is the same place") {
  RunResult other = measured();
  other.environment.hostname = "runner-4";
  other.environment.kernel = "Linux 6.12.3-cloud x86_64";
  other.environment.assay_version = "0.1.9";
  other.targets[0].url = "http://canary-8.example";
  other.targets[0].addresses = {"10.0.0.9:80"};
  CHECK(key_of(other) == key_of(measured()));
}

TEST_CASE("identity: another machine, distance, protocol, build or declared place is not") {
  const auto changed = [](const auto& change) {
    RunResult other = measured();
    change(other);
    return key_of(other).environment_hash;
  };
  const std::string known = key_of(measured()).environment_hash;
  CHECK(known != changed([](RunResult& run) { run.environment.cores = 8; }));
  CHECK(known != changed([](RunResult& run) { run.environment.cpu_model = "Xeon"; }));
  CHECK(known != changed([](RunResult& run) { run.environment.assay_version = "0.2.0"; }));
  CHECK(known != changed([](RunResult& run) { run.environment.build = "Debug"; }));
  CHECK(known != changed([](RunResult& run) { run.targets[0].addresses = {"127.0.0.1:80"}; }));
  CHECK(known != changed([](RunResult& run) { run.targets[0].url = "https://shop.example"; }));
  CHECK(known != changed([](RunResult& run) { run.place = "region b"; }));
  CHECK(known != changed([](RunResult& run) { run.health.machines = 3; }));
}

TEST_CASE("identity: a stored run's id follows from its result, and so does what it may be compared with") {
  RunRecord record{.result = measured(), .verdict = std::nullopt};
  record.verdict.emplace().grade = Grade::pass;
  const StoredRun run = stored_form(record, {}, "{\"a\": 1}");
  CHECK(run.id.size() == 16);
  CHECK(run.id == stored_form(record, {}, "{\"a\": 1}").id);
  CHECK(run.id != stored_form(record, {}, "{\"a\": 2}").id);
  CHECK(run.key == asking_of(record.result).key);
  CHECK(run.labels.at("GITHUB_SHA") == "f00d");
  CHECK(run.grade == Grade::pass);
  CHECK(run.arms == 1);
}

TEST_CASE("identity: an A/A run between two addresses shows placement, one against one address does not") {
  RunRecord record{.result = measured(), .verdict = std::nullopt};
  record.result.same_build = true;
  record.result.targets.push_back(record.result.targets[0]);
  record.result.targets[1].arm = Arm::baseline;
  CHECK(stored_form(record, {}, "").same_build);
  CHECK_FALSE(stored_form(record, {}, "").two_instances);
  record.result.targets[1].addresses = {"10.0.0.8:80"};
  CHECK(stored_form(record, {}, "").two_instances);
  record.result.same_build = false;
  CHECK_FALSE(stored_form(record, {}, "").two_instances);
}

TEST_CASE(
    "identity: another name of one address is no second instance, unless it is asked for another host") {
  RunRecord record{.result = measured(), .verdict = std::nullopt};
  record.result.same_build = true;
  record.result.targets.push_back(record.result.targets[0]);
  TargetFacts &one = record.result.targets[0], &other = record.result.targets[1];
  one.addresses = other.addresses = {"127.0.0.1:8081"};
  one.url = "http://localhost:8081";
  other.url = "http://127.0.0.1:8081";
  CHECK_FALSE(stored_form(record, {}, "").two_instances);
  one.url = "http://canary.example";
  other.url = "http://production.example";
  one.addresses = other.addresses = {"10.0.0.7:80"};
  CHECK(stored_form(record, {}, "").two_instances);
}

}  // namespace assay::cli
