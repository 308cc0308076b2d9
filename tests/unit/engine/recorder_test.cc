#include "engine/recorder.h"

#include <doctest/doctest.h>

#include <array>

#include "base/random.h"

using namespace assay;
using namespace assay::engine;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart{1000s};

Sample sample(Nanos intended_at, Nanos lag, Nanos service) {
  Sample s;
  s.intended = kStart + intended_at;
  s.sent = s.intended + lag;
  s.done = s.sent + service;
  s.status_class = 2;
  return s;
}

const stats::Histogram& times(const Series& series, Metric metric) {
  return series.times[static_cast<std::size_t>(metric)];
}

}  // namespace

TEST_CASE("the three clocks of a request are told apart") {
  Recorder recorder(1, kStart, 500ms);
  recorder.record(sample(0ms, 3ms, 40ms));
  const auto recorded = recorder.take();
  REQUIRE(recorded.series.size() == 1);
  const Series& s = recorded.series[0];
  CHECK(times(s, Metric::send_lag).max() == 3'000'000);
  CHECK(times(s, Metric::service_time).max() == 40'000'000);
  CHECK(times(s, Metric::response_time).max() == 43'000'000);
  CHECK(times(s, Metric::connect).empty());
}

TEST_CASE("samples part into series by step, arm, status class and success") {
  Recorder recorder(2, kStart, 500ms);
  Sample s = sample(0ms, 0ms, 1ms);
  recorder.record(s);
  s.step = 1;
  recorder.record(s);
  s.arm = Arm::baseline;
  recorder.record(s);
  s.outcome = Outcome::status;
  s.status_class = 5;
  recorder.record(s);
  recorder.record(s);
  const auto recorded = recorder.take();
  REQUIRE(recorded.series.size() == 4);
  CHECK(recorded.series[3].key == SeriesKey{1, Arm::baseline, 5, true});
  CHECK(recorded.series[3].count == 2);
  CHECK(recorded.series[3].outcomes[static_cast<std::size_t>(Outcome::status)] == 2);
}

TEST_CASE("a slot is chosen by the intended start, however late the answer comes") {
  Recorder recorder(1, kStart, 500ms);
  recorder.record(sample(100ms, 0ms, 1ms));
  recorder.record(sample(5100ms, 0ms, 1ms));
  recorder.record(sample(200ms, 0ms, 20s));   // its slot is packed already
  recorder.record(sample(2600ms, 0ms, 20s));  // its slot never had a sample
  const auto slots = recorder.take().series.at(0).slots;
  REQUIRE(slots.size() == 3);
  CHECK(slots[0].index == 0);
  CHECK(slots[0].count == 2);
  CHECK(slots[0].times[0].max() == 20'000'000'000);
  CHECK(slots[1].index == 5);
  CHECK(slots[2].index == 10);
}

TEST_CASE("slots that are over may be taken while the run goes on; late answers follow as parts of them") {
  Recorder recorder(1, kStart, 500ms);
  recorder.record(sample(100ms, 0ms, 1ms));
  CHECK(recorder.take_slots(kStart + 900ms).empty());  // among the newest two
  recorder.record(sample(1100ms, 0ms, 1ms));
  CHECK(recorder.taken_until(kStart + 1200ms) == kStart + 500ms);
  const auto over = recorder.take_slots(kStart + 1200ms);
  REQUIRE(over.size() == 1);
  CHECK(over[0].key == SeriesKey{0, Arm::candidate, 2, false});
  CHECK(over[0].slot.index == 0);
  CHECK(recorder.take_slots(kStart + 1200ms).empty());

  recorder.record(sample(200ms, 0ms, 9s));
  const auto late = recorder.take_slots(kStart + 1400ms);
  REQUIRE(late.size() == 1);
  CHECK(late[0].slot.index == 0);
  CHECK(late[0].slot.count == 1);
  CHECK(late[0].slot.times[0].max() == 9'000'000'000);

  const Series rest = recorder.take().series.at(0);
  CHECK(rest.count == 3);  // counters are of the whole run
  REQUIRE(rest.slots.size() == 1);
  CHECK(rest.slots[0].index == 2);
}

TEST_CASE("a series that gets nothing more gives its slots away all the same") {
  Recorder recorder(1, kStart, 500ms);
  recorder.record(sample(100ms, 0ms, 1ms));
  recorder.record(sample(600ms, 0ms, 1ms));
  CHECK(recorder.take_slots(kStart + 60s).size() == 2);
  recorder.record(sample(700ms, 0ms, 50s));
  const auto late = recorder.take_slots(kStart + 61s);
  REQUIRE(late.size() == 1);
  CHECK(late[0].slot.index == 1);
  CHECK(recorder.take().series.at(0).slots.empty());
}

TEST_CASE("the slots of a series add up to its whole-run histograms, and those to what was recorded") {
  Recorder recorder(1, kStart, 500ms);
  Random random(11, 0);
  std::array<stats::Histogram, kSlotMetricCount> direct;
  for (int i = 0; i < 20'000; ++i) {
    const Nanos at{static_cast<std::int64_t>(random.below(10'000'000'000))};
    const Nanos lag{static_cast<std::int64_t>(random.below(1'000'000))};
    const Nanos service{static_cast<std::int64_t>(random.exponential() * 5e7)};
    recorder.record(sample(at, lag, service));
    direct[static_cast<std::size_t>(Metric::response_time)].record((lag + service).count());
    direct[static_cast<std::size_t>(Metric::service_time)].record(service.count());
    direct[static_cast<std::size_t>(Metric::send_lag)].record(lag.count());
  }
  const Series s = recorder.take().series.at(0);
  for (std::size_t m = 0; m < kSlotMetricCount; ++m) {
    CHECK(s.times[m] == direct[m]);
    stats::Histogram sum;
    std::uint64_t count = 0;
    for (const SeriesSlot& slot : s.slots) {
      sum.merge(slot.times[m]);
      count += slot.count;
    }
    CHECK(count == 20'000);
    CHECK(sum == direct[m]);
  }
}

TEST_CASE("what was never sent is recorded at its lower bound, without a service time") {
  Recorder recorder(1, kStart, 500ms);
  Sample s = sample(0ms, 0ms, 0ms);
  s.done = s.intended + 2s;
  s.outcome = Outcome::shed;
  s.was_sent = false;
  s.status_class = 0;
  recorder.record(s);
  const Series series = recorder.take().series.at(0);
  CHECK(times(series, Metric::response_time).max() == 2'000'000'000);
  CHECK(times(series, Metric::send_lag).max() == 2'000'000'000);
  CHECK(times(series, Metric::service_time).empty());
  CHECK(series.key.failed);
}

TEST_CASE("warm-up is counted and not judged") {
  Recorder recorder(1, kStart, 500ms);
  Sample s = sample(0ms, 0ms, 1ms);
  s.judged = false;
  recorder.record(s);
  s.outcome = Outcome::status;
  recorder.record(s);
  recorder.record_failure(s, "expected status 200, got 503", "g.yaml:1:1");
  const auto recorded = recorder.take();
  CHECK(recorded.series.empty());
  CHECK(recorded.failures.empty());
  CHECK(recorded.warm_up_requests == 2);
  CHECK(recorded.warm_up_errors == 1);
}

TEST_CASE("failures are counted by kind, with the first one as the example") {
  Recorder recorder(1, kStart, 500ms);
  Sample s = sample(0ms, 0ms, 1ms);
  s.outcome = Outcome::status;
  recorder.record_failure(s, "expected status 200, got 503", "g.yaml:7:3");
  recorder.record_failure(s, "expected status 200, got 500", "g.yaml:7:3");
  s.outcome = Outcome::closed_early;
  recorder.record_failure(s, "connection reset", "");
  const auto failures = recorder.take().failures;
  REQUIRE(failures.size() == 2);
  CHECK(failures[0].count == 2);
  CHECK(failures[0].detail == "expected status 200, got 503");
  CHECK(failures[0].location == "g.yaml:7:3");
  CHECK(failures[1].outcome == Outcome::closed_early);
}

TEST_CASE("failures that follow each other are one stretch of time, by arm") {
  Recorder recorder(1, kStart, 500ms);
  const auto fail = [&](Nanos at, Nanos service, Arm arm = Arm::candidate) {
    Sample s = sample(at, 0ms, service);
    s.arm = arm;
    s.outcome = Outcome::status;
    recorder.record_failure(s, "", "");
  };
  fail(100ms, 1ms);
  fail(105ms, 1ms);
  fail(200ms, 50ms);
  fail(210ms, 1ms, Arm::baseline);
  fail(190ms, 65ms);  // began before the one that ended before it
  const auto stretches = recorder.take().failed_stretches;
  REQUIRE(stretches.size() == 3);
  CHECK(stretches[0] == FailedStretch{stretches[0].arm, 100ms, 106ms, 2});
  CHECK(stretches[1] == FailedStretch{stretches[1].arm, 190ms, 255ms, 2});
  CHECK(stretches[2] == FailedStretch{Arm::baseline, 210ms, 211ms, 1});
}

TEST_CASE("a run that fails all the time keeps a bounded number of stretches, and none is lost") {
  Recorder recorder(1, kStart, 500ms);
  for (int i = 0; i < 10'000; ++i) {
    Sample s = sample(i * 100ms, 0ms, 1ms);
    s.outcome = Outcome::status;
    recorder.record_failure(s, "", "");
  }
  const auto stretches = recorder.take().failed_stretches;
  CHECK(stretches.size() <= 4096);
  CHECK(stretches.back().until == 9999 * 100ms + 1ms);
  std::uint64_t requests = 0;
  for (const FailedStretch& stretch : stretches) requests += stretch.requests;
  CHECK(requests == 10'000);
}
