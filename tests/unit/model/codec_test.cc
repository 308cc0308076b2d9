#include "model/codec.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "tests/support/sample_run.h"

namespace assay {
namespace {

using test_support::sample_run;

// The sample with every field that it leaves at its default set to something else.
RunRecord full_record() {
  RunRecord record = sample_run();
  RunResult& result = record.result;
  result.probes_lead = Nanos{2'000'000'000};
  result.probes[0].milestones = {{"fault", Nanos{1}}, {"pending", Nanos{2}}};
  result.seed = 0xffff'ffff'ffff'ffffULL;
  result.segment = {3, 7};
  result.same_build = true;
  result.scenario_hash = "5ce0";
  result.load_hash = "10ad";
  result.place = "c5.large";
  result.interrupted_by = 15;
  result.could_not_run = "nothing listens";
  result.warm_up_errors = 4;
  result.looks = {{Nanos{150'000'000'000}, 0.25, 0.02, 0.75}, {Nanos{300'000'000'000}, 0.5, 0.001, 1}};
  result.early_stop = EarlyStop{StopCause::passed, Nanos{301'000'000'000}, "all comparisons pass"};
  result.targets[0].verify = false;
  result.targets[1].tls.reset();
  result.load[0].start = Nanos{1};
  result.load[0].judged_until_end = false;
  result.load[0].max_in_flight = 500;
  result.health.machines = 3;
  result.health.polling = true;
  result.health.local_ports = 28'232;
  result.health.link = LinkFacts{"eth0", 25'000'000'000};
  HealthSecond& second = result.health.seconds[0];
  second.waited = 8;
  second.shed = 2;
  second.unanswered = 1;
  second.waiting = 9;
  second.no_port = 4;
  second.no_file = 5;
  second.run_delay_ratio = 0.25;
  second.machine = {1.5, 0.125, 1000, 7, 12, 0.75};
  ServerMetric ratio{"errors", ServerMetricKind::ratio, Unit::ratio, false, 0, {}, Nanos{15}, {}, {}};
  ratio.sources[0] = MetricSource{{"a", "b"}, "nobody answered"};
  ratio.blocks = {{Nanos{0}, Nanos{15}, {ArmBlock{9, 2, {}, {}}, ArmBlock{}}}};
  ServerMetric quantile{
      "p99", ServerMetricKind::quantile, Unit::nanoseconds, false, 0.99, {0.1, 0.25}, Nanos{15}, {}, {}};
  quantile.sources = {MetricSource{{"a"}, ""}, MetricSource{{"b"}, ""}};
  quantile.blocks = {{Nanos{15}, Nanos{30}, {ArmBlock{6, 0, {1, 2, 3}, {}}, ArmBlock{}}}};
  ServerMetric value{"memory", ServerMetricKind::value, Unit::bytes, true, 0, {}, Nanos{15}, {}, {}};
  value.sources[1] = MetricSource{};
  value.blocks = {{Nanos{0}, Nanos{15}, {ArmBlock{0, 0, {}, 0.1}, ArmBlock{}}}};
  result.server_metrics = {ratio, quantile, value};
  result.description = "quotes \" and \\ and ü and \n";
  result.series[0].times[0].record(std::int64_t{1} << 50);
  Finding& finding = record.verdict->findings[0];
  finding.kind = FindingKind::validity;
  finding.state = FindingState::insufficient;
  finding.severity = Severity::info;
  finding.unit = Unit::log_ratio;
  finding.baseline = 0.1;
  finding.candidate = 1.0 / 3;
  finding.change = -1e300;
  finding.low = 5e-324;
  finding.high = 2e15 + 1;
  finding.margin = -0.25;
  finding.p_pass = 1e-9;
  finding.smallest_detectable = 7;
  finding.p_fail = 0.5;
  finding.largest_passing = -0.125;
  finding.identical_pass = 0.375;
  finding.seconds_needed = 12.5;
  finding.rate_needed = 2.5;
  finding.leaning = Leaning::bad;
  finding.significant_within_margin = true;
  finding.less_is_worse = true;
  finding.q_value = 0.002;
  finding.basis = Basis{96,
                        4,
                        0.5,
                        0.96,
                        0.25,
                        {11.5, 1.0 / 3, 1e9, stats::CorrelationSource::stored_runs},
                        {{Nanos{1}, Nanos{2}, 0.01}, {Nanos{3}, Nanos{4}, -0.5}}};
  finding.limit_is_least = true;
  finding.from = Nanos{5};
  finding.until = Nanos{6};
  record.verdict->findings[1].basis = Basis{};
  record.verdict->confidence = 0.9;
  record.verdict->undecided_passes = true;
  record.verdict->looks = {{1, 4, 0.25, 1e-9, 0.018, 1e-5, 0.02, 0.03, 0.5}};
  record.verdict->limits.push_back({Resource::own_cpu, "a worker", "offer less", Nanos{1}, Nanos{2}});
  return record;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string error_after(const std::string& from, const std::string& to) {
  static const std::string text = to_json(sample_run());
  const auto record = from_json(replaced(text, from, to));
  REQUIRE(!record);
  return record.error();
}

TEST_CASE("the way to JSON and back is exact") {
  for (const RunRecord& record : {sample_run(), full_record(), RunRecord{}}) {
    const auto decoded = from_json(to_json(record));
    REQUIRE_MESSAGE(decoded.has_value(), decoded.error());
    CHECK(*decoded == record);
  }
}

TEST_CASE("a record without a verdict stays without one") {
  RunRecord record = sample_run();
  record.verdict.reset();
  const auto decoded = from_json(to_json(record));
  REQUIRE(decoded);
  CHECK(!decoded->verdict);
}

TEST_CASE("every enumerator survives by its name") {
  for (std::size_t i = 0; i < kMetricCount; ++i) {
    CHECK(metric_from(name(static_cast<Metric>(i))) == static_cast<Metric>(i));
  }
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    CHECK(outcome_from(name(static_cast<Outcome>(i))) == static_cast<Outcome>(i));
  }
  for (const Grade grade : {Grade::pass, Grade::fail, Grade::inconclusive, Grade::invalid}) {
    CHECK(grade_from(name(grade)) == grade);
  }
  for (const Arm arm : {Arm::candidate, Arm::baseline}) CHECK(arm_from(name(arm)) == arm);
  CHECK(name(Metric::first_byte) == "first_byte");
  CHECK(name(Outcome::aborted) == "aborted");
  CHECK(name(Grade::invalid) == "invalid");
  CHECK(name(FindingState::info) == "info");
  CHECK(name(FindingKind::stalls) == "stalls");
  for (const Leaning leaning : {Leaning::good, Leaning::bad, Leaning::insufficient})
    CHECK(leaning_from(name(leaning)) == leaning);
  CHECK(name(Leaning::bad) == "leaning-bad");
  for (const StopCause cause :
       {StopCause::errors, StopCause::passed, StopCause::failed, StopCause::futile, StopCause::by_hand})
    CHECK(stop_cause_from(name(cause)) == cause);
  CHECK(name(Severity::info) == "info");
  CHECK(name(Unit::log_ratio) == "log_ratio");
  for (const Resource resource :
       {Resource::local_ports, Resource::file_descriptors, Resource::own_cpu, Resource::machine,
        Resource::network, Resource::max_in_flight, Resource::target})
    CHECK(resource_from(name(resource)) == resource);
  CHECK(name(Resource::target) == "target");
  CHECK(title(Resource::own_cpu) == "own CPU");
  CHECK(!metric_from("latency"));
}

TEST_CASE("a limit is a sentence of its resource, its evidence and its advice") {
  CHECK(sentence({Resource::own_cpu,
                  "one worker used 99 % of its core from 3 s to 12 s",
                  "run with `--workers 3`",
                  {},
                  {}}) ==
        "own CPU (one worker used 99 % of its core from 3 s to 12 s); run with `--workers 3`");
}

TEST_CASE("bytes that are not UTF-8 do not prevent writing") {
  RunRecord record;
  record.result.name = "a\xff";
  const auto decoded = from_json(to_json(record));
  REQUIRE(decoded);
  CHECK(decoded->result.name == "a\xef\xbf\xbd");
}

TEST_CASE("a number that is not finite is absent") {
  RunRecord record = sample_run();
  record.verdict->findings[0].seconds_needed = std::numeric_limits<double>::infinity();
  const auto decoded = from_json(to_json(record));
  REQUIRE(decoded);
  CHECK(!decoded->verdict->findings[0].seconds_needed);
}

TEST_CASE("unknown schema versions are refused") {
  CHECK(error_after("\"schema_version\":1", "\"schema_version\":2") ==
        "schema_version: this assay reads version 1, the file has 2");
  CHECK(newer_version(R"({"schema_version":2})") == 2);
  CHECK_FALSE(newer_version(R"({"schema_version":1})"));
  CHECK_FALSE(newer_version(R"({"schema_version":0})"));
  CHECK_FALSE(newer_version(R"({"schema_version":"2"})"));
  CHECK_FALSE(newer_version("{}"));
  CHECK_FALSE(newer_version("{"));
  CHECK(from_json("{}").error() == "schema_version: missing");
  CHECK(from_json("[]").error() == "the document: expected an object, found array");
}

TEST_CASE("text that is not JSON gives the place") {
  CHECK(from_json("").error() == "it is empty");
  CHECK(from_json("{\"a\":").error() == "not valid JSON: it ends too early, after 5 bytes");
  CHECK(from_json("{\"a\":]}").error() == "not valid JSON at byte 6 of 7");
  CHECK(from_json("{\"a\":1e999}").error() == "not valid JSON: a number is out of range");
}

TEST_CASE("errors name the place and what is wrong there") {
  CHECK(error_after("\"timeout_ns\":2000000000", "\"timeout_ns\":\"2s\"")
            .find("result.steps[0].timeout_ns: expected a whole number") == 0);
  CHECK(error_after("\"seed\":42", "\"sead\":42") == "result.seed: missing");
  CHECK(error_after("\"status_class\":0", "\"status_class\":300") ==
        "result.series[0].status_class: expected a whole number from 0 to 255, found 300");
  CHECK(error_after("\"arm\":\"candidate\"", "\"arm\":\"canary\"") ==
        "result.targets[0].arm: `canary` is not known here");
  CHECK(error_after("\"outcomes\":{\"shed\"", "\"outcomes\":{\"lost\"") ==
        "result.series[0].outcomes.lost: not known here");
  CHECK(error_after("\"outcomes\":{", "\"outcomes\":[],\"x\":{") ==
        "result.series[0].outcomes: expected an object, found array");
  CHECK(error_after("\"verify\":true", "\"verify\":1") ==
        "result.targets[0].verify: expected true or false, found 1");
  CHECK(error_after("\"grade\":\"fail\"", "\"grade\":7") == "verdict.grade: expected a string, found 7");
  CHECK(error_after("\"cpu_ratio\":", "\"cpu_ratio\":false,\"x\":") ==
        "result.health.seconds[0].cpu_ratio: expected a number, found false");
  CHECK(error_after("\"series\":[{\"step\":0", "\"series\":[{\"step\":3") ==
        "result.series[0].step: there is no step with this index");
}

TEST_CASE("damaged histograms are noticed") {
  CHECK(error_after("\"hdr\":\"H", "\"hdr\":\"$") == "result.health.dispatch_lag.hdr: not base64");
  CHECK(error_after("\"dispatch_lag\":{\"count\":", "\"dispatch_lag\":{\"count\":1")
            .find("values, but `count` is 1") != std::string::npos);
  CHECK(error_after("\"min_ns\":", "\"min_ns\":9") ==
        "result.health.dispatch_lag: the smallest and the largest value do not belong to the buckets");
  CHECK(error_after("\"slots\":[[", "\"slots\":[[1],[") ==
        "result.series[0].slots[0]: expected [index, count, response_time, service_time, send_lag]");
}

TEST_CASE("damaged packed buckets are noticed") {
  RunRecord record;
  record.result.steps.resize(1);
  SeriesSlot slot;
  slot.times[0].record(5);
  record.result.series.resize(1);
  record.result.series[0].slots = {slot};
  const std::string text = to_json(record);
  const auto error_of = [&](const std::string& packed) {
    return from_json(replaced(text, "[5,5,5,\"BQE=\"]", packed)).error();
  };
  const std::string place = "result.series[0].slots[0][2]";
  CHECK(error_of("[5,5,5,\"BQE\"]") == place + "[3]: not base64");
  CHECK(error_of("[5,5,5,\"BQ==\"]") == place + "[3]: the packed buckets are damaged");
  CHECK(error_of("[5,5,5,\"BQA=\"]") == place + "[3]: the packed buckets are damaged");
  CHECK(error_of("[5,5,5,\"BQEAAQ==\"]") == place + "[3]: the packed buckets are damaged");
  CHECK(error_of("[5,5,5,\"/////wEB\"]") == place + "[3]: the packed buckets are damaged");
  CHECK(error_of("[5,5,5,\"\"]") == place + ": the histogram has no buckets");
  CHECK(error_of("[5,5,5]") == place + ": expected [min_ns, max_ns, sum_ns, buckets]");
  CHECK(error_of("[4,5,5,\"BQE=\"]") ==
        place + ": the smallest and the largest value do not belong to the buckets");
}

TEST_CASE("slots must ascend") {
  RunRecord record;
  record.result.steps.resize(1);
  record.result.series.resize(1);
  record.result.series[0].slots.resize(2);
  CHECK(from_json(to_json(record)).error() == "result.series[0].slots[1]: slots must be in ascending order");
}

TEST_CASE("a file cut anywhere is refused without harm") {
  RunRecord record;
  record.result.id = "short";
  const std::string text = to_json(record);
  for (std::size_t size = 0; size + 2 < text.size(); ++size) CHECK(!from_json(text.substr(0, size)));
}

}  // namespace
}  // namespace assay
