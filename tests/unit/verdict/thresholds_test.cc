#include "verdict/thresholds.h"

#include <doctest/doctest.h>

#include "measured_run.h"

using namespace assay;
using namespace assay::verdict;
using config::Aggregate;
using config::Comparator;

namespace {

// 10 s with 10 requests of 50 ms in each slot; one in ten is a 500.
MeasuredRun steady() {
  MeasuredRun run(10, false);
  for (std::uint32_t slot = 0; slot < run.slots(); ++slot) {
    run.add({.slot = slot}, 9);
    run.add({.slot = slot, .outcome = Outcome::status, .status_class = 5});
  }
  return run;
}

Finding judged(const MeasuredRun& run, const config::ThresholdSpec& spec) {
  return judge_threshold(run.result(), spec);
}

}  // namespace

TEST_CASE("thresholds: every aggregate measures what its name says") {
  const auto run = steady();
  const auto value = [&](Aggregate aggregate) {
    return *judged(run, threshold(aggregate, Comparator::less, 1)).value;
  };
  auto p50 = threshold(Aggregate::quantile, Comparator::less, 60e6);
  p50.quantile = 0.5;
  CHECK(*judged(run, p50).value == doctest::Approx(50e6).epsilon(0.002));
  CHECK(value(Aggregate::max) == 50e6);
  CHECK(value(Aggregate::mean) == doctest::Approx(50e6));
  CHECK(value(Aggregate::rate) == doctest::Approx(20));
  CHECK(value(Aggregate::count) == 200);
  CHECK(value(Aggregate::error_rate) == doctest::Approx(0.1));
  CHECK(value(Aggregate::check_rate) == doctest::Approx(0.9));
  CHECK(value(Aggregate::received) == doctest::Approx(20'000));
}

TEST_CASE("thresholds: the comparator decides at the limit itself") {
  const auto run = steady();
  const auto state = [&](Comparator comparator) {
    return judged(run, threshold(Aggregate::count, comparator, 200)).state;
  };
  CHECK(state(Comparator::less) == FindingState::fail);
  CHECK(state(Comparator::less_equal) == FindingState::pass);
  CHECK(state(Comparator::greater) == FindingState::fail);
  CHECK(state(Comparator::greater_equal) == FindingState::pass);
}

TEST_CASE("thresholds: what matches no request is insufficient and says so") {
  auto spec = threshold(Aggregate::error_rate, Comparator::less, 0.01);
  spec.filter.step = "read";
  const auto finding = judged(steady(), spec);
  CHECK(finding.state == FindingState::insufficient);
  CHECK_FALSE(finding.value);
  CHECK(finding.sentence == "the threshold: no judged request matches");
}

TEST_CASE("thresholds: no request of a status class counts as zero where others were sent") {
  auto spec = threshold(Aggregate::count, Comparator::less, 1);
  spec.filter.status_class = 4;
  CHECK(judged(steady(), spec).state == FindingState::pass);
  spec.filter.step = "read";
  CHECK(judged(steady(), spec).state == FindingState::insufficient);
}

TEST_CASE("thresholds: phases that never happened are insufficient") {
  auto spec = threshold(Aggregate::max, Comparator::less, 1e9);
  spec.metric = Metric::tls;
  CHECK(judged(steady(), spec).state == FindingState::insufficient);
}

TEST_CASE("thresholds: the worst full window decides and is named with its time") {
  auto run = steady();
  for (std::uint32_t slot = 8; slot < 12; ++slot)
    run.add({.slot = slot, .outcome = Outcome::status, .status_class = 5}, 10);
  auto spec = threshold(Aggregate::error_rate, Comparator::less, 0.3);
  CHECK(judged(run, spec).state == FindingState::pass);
  spec.window = Nanos{2'000'000'000};
  const auto finding = judged(run, spec);
  CHECK(finding.state == FindingState::fail);
  CHECK(*finding.value == doctest::Approx(44.0 / 80));
  CHECK(finding.sentence.find("in the worst window of 2s (4s to 6s after the start)") != std::string::npos);
  CHECK(finding.from == Nanos{4'000'000'000});
  CHECK(finding.until == Nanos{6'000'000'000});
  CHECK(!finding.limit_is_least);
}

TEST_CASE("thresholds: for a lower limit the worst window is the smallest") {
  auto run = steady();
  run.add({.slot = 0}, 100);
  auto spec = threshold(Aggregate::rate, Comparator::greater, 15);
  spec.window = Nanos{5'000'000'000};
  CHECK(*judged(run, spec).value == doctest::Approx(20));
  CHECK(judged(run, spec).limit_is_least);
}

TEST_CASE("thresholds: a window without a matching request never passes") {
  MeasuredRun run(10, false);
  run.add({.slot = 0}, 10);
  auto spec = threshold(Aggregate::error_rate, Comparator::less, 0.3);
  spec.window = Nanos{5'000'000'000};
  const auto finding = judged(run, spec);
  CHECK(finding.state == FindingState::insufficient);
  CHECK(finding.sentence.find("5s to 10s after the start") != std::string::npos);
  spec.window = Nanos{60'000'000'000};
  CHECK(judged(run, spec).sentence.find("holds no full window of 1m") != std::string::npos);
}

TEST_CASE("thresholds: what is not kept for every slot cannot be judged in windows") {
  auto spec = threshold(Aggregate::received, Comparator::greater, 1);
  spec.window = Nanos{5'000'000'000};
  CHECK(judged(steady(), spec).state == FindingState::insufficient);
}
