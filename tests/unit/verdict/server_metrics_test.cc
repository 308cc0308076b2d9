#include "verdict/server_metrics.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "base/random.h"
#include "measured_run.h"
#include "verdict/comparison.h"
#include "verdict/judge.h"
#include "verdict/thresholds.h"

using namespace assay;
using namespace assay::verdict;

namespace {

constexpr std::size_t kBlocks = 40;
constexpr Nanos kBlock = std::chrono::seconds(15);

class Normal {
 public:
  explicit Normal(std::uint64_t seed) : random_(seed, 1) {}
  double operator()() {
    return std::sqrt(2 * random_.exponential()) * std::cos(2 * std::numbers::pi * random_.uniform());
  }
  Random& random() { return random_; }

 private:
  Random random_;
};

ServerMetric blank(ServerMetricKind kind, Unit unit) {
  ServerMetric metric;
  metric.name = "m";
  metric.kind = kind;
  metric.unit = unit;
  metric.block = kBlock;
  metric.sources = {MetricSource{{"q"}, ""}, MetricSource{{"q"}, ""}};
  for (std::size_t k = 0; k < kBlocks; ++k) metric.blocks.push_back({k * kBlock, (k + 1) * kBlock, {}});
  return metric;
}

RunResult watched(ServerMetric metric) {
  RunResult result;
  result.slot_length = std::chrono::milliseconds(500);
  LoadPhaseFacts phase;
  phase.shape = kNoLoad;
  phase.end = kBlock * kBlocks;
  result.load = {phase};
  result.server_metrics = {std::move(metric)};
  return result;
}

// Rates of errors, of arms that get so many requests a block.
ServerMetric shares(double candidate_rate, double baseline_rate, std::uint64_t candidate = 1000,
                    std::uint64_t baseline = 1000, std::uint64_t seed = 5) {
  ServerMetric metric = blank(ServerMetricKind::ratio, Unit::ratio);
  Random random(seed, 1);
  const auto events = [&](std::uint64_t requests, double rate) {
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i < requests; ++i) count += random.uniform() < rate ? 1U : 0U;
    return count;
  };
  for (MetricBlock& block : metric.blocks) {
    block.arm(Arm::candidate) = {candidate, events(candidate, candidate_rate), {}, {}};
    block.arm(Arm::baseline) = {baseline, events(baseline, baseline_rate), {}, {}};
  }
  return metric;
}

ServerMetric values(double candidate, double baseline, double spread, Unit unit = Unit::bytes) {
  ServerMetric metric = blank(ServerMetricKind::value, unit);
  Normal normal(9);
  for (MetricBlock& block : metric.blocks) {
    block.arm(Arm::candidate).value = candidate * (1 + spread * normal());
    block.arm(Arm::baseline).value = baseline * (1 + spread * normal());
  }
  return metric;
}

config::ServerCompareSpec compare(double margin, Unit unit) {
  config::ServerCompareSpec made;
  made.metric = "m";
  made.margin = margin;
  made.unit = unit;
  return made;
}

Finding compared(const ServerMetric& metric, config::ServerCompareSpec spec) {
  config::GateSpec gate;
  gate.server_compare = {std::move(spec)};
  const RunResult result = watched(metric);
  return compare_server_metrics(result, gate, judged_once(0.05, 1)).front();
}

config::ThresholdSpec limit(double most, Unit unit,
                            config::Comparator comparator = config::Comparator::less) {
  config::ThresholdSpec threshold;
  threshold.aggregate = config::Aggregate::server_metric;
  threshold.server_metric = "m";
  threshold.unit = unit;
  threshold.limit = most;
  threshold.comparator = comparator;
  threshold.source_text = "m < limit";
  return threshold;
}

const std::vector<double> kBounds = {0.1e9, 0.25e9, 0.5e9, 1e9};

ServerMetric quantiles(std::vector<std::uint64_t> candidate, std::vector<std::uint64_t> baseline) {
  ServerMetric metric = blank(ServerMetricKind::quantile, Unit::nanoseconds);
  metric.bounds = kBounds;
  metric.quantile = 0.95;
  Random random(3, 1);
  const auto put = [&](ArmBlock& into, const std::vector<std::uint64_t>& counts) {
    into.buckets = counts;
    for (std::uint64_t& count : into.buckets) count += random.below(3);
    for (const std::uint64_t count : into.buckets) into.requests += count;
  };
  for (MetricBlock& block : metric.blocks) {
    put(block.arm(Arm::candidate), candidate);
    put(block.arm(Arm::baseline), baseline);
  }
  return metric;
}

}  // namespace

TEST_CASE("server metrics: equal shares pass, a clear excess fails") {
  const Finding same = compared(shares(0.01, 0.01), compare(0.01, Unit::ratio));
  CHECK(same.state == FindingState::pass);
  CHECK(same.basis->slots_used == kBlocks);
  const Finding worse = compared(shares(0.05, 0.01), compare(0.01, Unit::ratio));
  CHECK(worse.state == FindingState::fail);
  CHECK(worse.sentence.find("more than the 1 pp allowed") != std::string::npos);
  CHECK(worse.sentence.find("40,000 requests to the candidate, 40,000 to the baseline") != std::string::npos);
}

TEST_CASE("server metrics: a canary with a twentieth of the traffic is judged by its own rate") {
  const Finding same = compared(shares(0.01, 0.01, 100, 2000), compare(0.01, Unit::ratio));
  CHECK(same.state == FindingState::pass);
  CHECK(*same.candidate == doctest::Approx(0.01).epsilon(0.3));
  const Finding worse = compared(shares(0.06, 0.01, 100, 2000), compare(0.01, Unit::ratio));
  CHECK(worse.state == FindingState::fail);
  const Finding better = compared(shares(0.01, 0.06, 2000, 100), compare(0.01, Unit::ratio));
  CHECK(better.state == FindingState::pass);
}

TEST_CASE("server metrics: missing data never pass") {
  ServerMetric broken = shares(0, 0);
  broken.sources[0]->problem = "http://p did not answer: refused";
  const Finding unanswered = compared(broken, compare(0.01, Unit::ratio));
  CHECK(unanswered.state == FindingState::insufficient);
  CHECK(unanswered.sentence == "m: of the candidate, http://p did not answer: refused");

  const Finding idle = compared(shares(0, 0, 0, 1000), compare(0.01, Unit::ratio));
  CHECK(idle.state == FindingState::insufficient);
  const Finding thin = compared(shares(0, 0, 5, 1000), compare(0.01, Unit::ratio));
  CHECK(thin.state == FindingState::insufficient);
  CHECK(thin.sentence ==
        "m: 200 requests in the smaller arm are too few, 300 are needed for a margin of 1pp");

  ServerMetric absent = shares(0, 0);
  absent.name = "other";
  CHECK(compared(absent, compare(0.01, Unit::ratio)).state == FindingState::insufficient);

  ServerMetric gaps = values(100, 100, 0.01);
  for (std::size_t k = 15; k < kBlocks; ++k) gaps.blocks[k].arm(Arm::baseline).value.reset();
  const Finding few = compared(gaps, compare(0.1, Unit::bytes));
  CHECK(few.state == FindingState::insufficient);
  CHECK(few.sentence.find("20 are needed") != std::string::npos);
}

TEST_CASE("server metrics: values are compared by the differences of blocks") {
  CHECK(compared(values(100e6, 100e6, 0.02), compare(0.1, Unit::bytes)).state == FindingState::pass);
  const Finding more = compared(values(130e6, 100e6, 0.02), compare(0.1, Unit::bytes));
  CHECK(more.state == FindingState::fail);
  CHECK(*more.change == doctest::Approx(0.3).epsilon(0.1));
  CHECK(compared(values(130e6, 100e6, 0.02), compare(0.5, Unit::bytes)).state == FindingState::pass);
}

TEST_CASE("server metrics: where more is better, less is harm") {
  auto spec = compare(0.1, Unit::per_second);
  spec.more_is_better = true;
  const Finding less = compared(values(70, 100, 0.02, Unit::per_second), spec);
  CHECK(less.state == FindingState::fail);
  CHECK(*less.change == doctest::Approx(-0.3).epsilon(0.1));
  CHECK(*less.low < *less.high);
  CHECK(less.less_is_worse);
  CHECK(compared(values(130, 100, 0.02, Unit::per_second), spec).state == FindingState::pass);
}

TEST_CASE("server metrics: a baseline of zero needs a floor, and then the values are told") {
  CHECK(compared(values(0, 0, 0), compare(0.1, Unit::none)).state == FindingState::insufficient);
  auto spec = compare(0.1, Unit::none);
  spec.floor = 5;
  const Finding none = compared(values(0, 0, 0, Unit::none), spec);
  CHECK(none.state == FindingState::pass);
  CHECK_FALSE(none.change);
  const Finding some = compared(values(40, 0, 0.1, Unit::none), spec);
  CHECK(some.state == FindingState::fail);
  CHECK(some.sentence.find("more than the 5 allowed") != std::string::npos);
}

TEST_CASE("server metrics: quantiles of histograms, with a word where a bucket hides a change") {
  const Finding same =
      compared(quantiles({700, 200, 90, 10, 0}, {700, 200, 90, 10, 0}), compare(0.1, Unit::nanoseconds));
  CHECK(same.state == FindingState::pass);
  CHECK(same.sentence.find("both lie in the bucket from 250ms to 500ms") != std::string::npos);
  const Finding slower =
      compared(quantiles({500, 200, 100, 200, 0}, {700, 200, 90, 10, 0}), compare(0.1, Unit::nanoseconds));
  CHECK(slower.state == FindingState::fail);
  const Finding thin = compared(quantiles({3, 1, 0, 0, 0}, {3, 1, 0, 0, 0}), compare(0.1, Unit::nanoseconds));
  CHECK(thin.state == FindingState::insufficient);
  CHECK(thin.sentence.find("1,000 are needed") != std::string::npos);
}

TEST_CASE("server metrics: a look sees nothing after its time") {
  ServerMetric metric = shares(0.01, 0.01);
  for (std::size_t k = kBlocks / 2; k < kBlocks; ++k) metric.blocks[k].arm(Arm::candidate).events = 500;
  config::GateSpec gate;
  gate.server_compare = {compare(0.01, Unit::ratio)};
  const RunResult result = watched(metric);
  const DecisionLevels levels = judged_once(0.05, 1);
  CHECK(compare_all(result, kBlock * (kBlocks / 2), gate, levels).front().state == FindingState::pass);
  CHECK(compare_all(result, std::nullopt, gate, levels).front().state != FindingState::pass);
}

TEST_CASE("server metrics: thresholds over all blocks and over the worst window") {
  const RunResult result = watched(shares(0.01, 0.02));
  CHECK(judge_threshold(result, limit(0.02, Unit::ratio)).state == FindingState::pass);
  CHECK(judge_threshold(result, limit(0.005, Unit::ratio)).state == FindingState::fail);
  ServerMetric burst = shares(0.001, 0.001);
  burst.blocks[7].arm(Arm::candidate).events = 300;
  auto windowed = limit(0.05, Unit::ratio);
  CHECK(judge_threshold(watched(burst), windowed).state == FindingState::pass);
  windowed.window = kBlock * 2;
  const Finding worst = judge_threshold(watched(burst), windowed);
  CHECK(worst.state == FindingState::fail);
  CHECK(worst.sentence.find("in the worst window of 30s (1m30s to 2m after the start)") != std::string::npos);
  CHECK(worst.from == kBlock * 6);
  CHECK(worst.until == kBlock * 8);
}

TEST_CASE("server metrics: a threshold says which side of its limit is bad") {
  auto spec = limit(0.5, Unit::ratio);
  CHECK(!judge_threshold(watched(shares(0.01, 0.01)), spec).limit_is_least);
  spec.comparator = config::Comparator::greater;
  const Finding least = judge_threshold(watched(shares(0.01, 0.01)), spec);
  CHECK(least.state == FindingState::fail);
  CHECK(least.limit_is_least);
}

TEST_CASE("server metrics: a quantile above every bound breaks what it must and proves nothing else") {
  ServerMetric metric = quantiles({0, 0, 0, 0, 500}, {0, 0, 0, 0, 500});
  const RunResult result = watched(metric);
  CHECK(judge_threshold(result, limit(0.5e9, Unit::nanoseconds)).state == FindingState::fail);
  CHECK(judge_threshold(result, limit(5e9, Unit::nanoseconds)).state == FindingState::insufficient);
}

TEST_CASE("server metrics: mostly unknown is unknown") {
  ServerMetric metric = values(1, 1, 0);
  for (std::size_t k = 5; k < kBlocks; ++k) metric.blocks[k].arm(Arm::candidate).value.reset();
  CHECK(judge_threshold(watched(metric), limit(10, Unit::bytes)).state == FindingState::insufficient);
}

TEST_CASE("a watched run is judged by server metrics alone, and says what was left out") {
  config::GateSpec gate;
  gate.server_compare = {compare(0.01, Unit::ratio)};
  gate.left_out = {"p99(response_time) < 2s"};
  const Verdict verdict = judge(watched(shares(0.01, 0.01)), gate);
  CHECK(verdict.grade == Grade::pass);
  CHECK(std::ranges::any_of(verdict.findings, [](const Finding& finding) {
    return finding.sentence ==
           "p99(response_time) < 2s is not judged: nothing was offered, other traffic was watched";
  }));
  RunResult interrupted = watched(shares(0.01, 0.01));
  interrupted.interrupted_by = 2;
  CHECK(judge(interrupted, gate).grade == Grade::invalid);
  config::GateSpec asks_nothing;
  CHECK(judge(watched(shares(0.01, 0.01)), asks_nothing).grade != Grade::pass);
}

TEST_CASE("Holm's procedure joins what was timed and what the servers say") {
  MeasuredRun run(300);
  run.add_lognormal(20);
  RunResult result = run.result();
  result.server_metrics = {shares(0.05, 0.01)};
  config::GateSpec gate;
  gate.compare = {compare_quantile(0.5, 0.10)};
  gate.server_compare = {compare(0.01, Unit::ratio)};
  const auto findings = compare_all(result, std::nullopt, gate, judged_once(0.05, 2));
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].state == FindingState::pass);
  CHECK(findings[1].state == FindingState::fail);
}

TEST_CASE("bucket remarks: the width of a bucket explains a difference only where both lie in it") {
  const auto remark = [](Nanos timed) {
    MeasuredRun run(300);
    for (std::uint32_t slot = 0; slot < 600; ++slot)
      for (const Arm arm : {Arm::candidate, Arm::baseline})
        run.add({.arm = arm, .slot = slot, .response_time = timed, .service_time = timed}, 20);
    RunResult result = run.result();
    result.server_metrics = {
        quantiles({0, 0, 100, 0, 0}, {0, 0, 100, 0, 0})};  // p95 near 490 ms by interpolation
    const auto remarks = bucket_remarks(result);
    return remarks.empty() ? std::string() : remarks.front().sentence;
  };
  CHECK(remark(std::chrono::milliseconds(260)).find("the width of the bucket explains the difference") !=
        std::string::npos);
  CHECK(remark(std::chrono::milliseconds(700)).find("were spent outside of what the server times") !=
        std::string::npos);
  CHECK(remark(std::chrono::milliseconds(50)).find("it also counts other traffic") != std::string::npos);
  CHECK(remark(std::chrono::milliseconds(489)).empty());
}
