#include "model/filter.h"

#include <doctest/doctest.h>

#include "tests/support/sample_run.h"

namespace assay {
namespace {

RunResult small_result() {
  RunResult result;
  result.steps.resize(2);
  result.steps[0].scenario = result.steps[1].scenario = "shop";
  result.steps[0].name = "look";
  result.steps[1].name = "pay";
  const auto add = [&](SeriesKey key, Outcome outcome, std::vector<std::int64_t> times) {
    Series& series = result.series.emplace_back();
    series.key = key;
    for (std::uint32_t i = 0; i < times.size(); ++i) {
      SeriesSlot& slot = series.slots.emplace_back();
      slot.index = 2 * i;
      slot.count = 1;
      slot.times[0].record(times[i]);
      series.times[0].record(times[i]);
      ++series.count;
    }
    series.outcomes[static_cast<std::size_t>(outcome)] = series.count;
    series.bytes_sent = series.count * 10;
    series.bytes_received = series.count * 100;
  };
  add({0, Arm::candidate, 2, false}, Outcome::ok, {1, 2, 3});
  add({0, Arm::baseline, 2, false}, Outcome::ok, {4});
  add({1, Arm::candidate, 5, true}, Outcome::status, {5, 6});
  add({1, Arm::candidate, 0, true}, Outcome::closed_early, {7});
  return result;
}

std::uint64_t count_of(const SeriesFilter& filter) { return aggregate(small_result(), filter).count; }

TEST_CASE("an empty filter selects everything") {
  const Aggregated all = aggregate(small_result(), {});
  CHECK(all.count == 7);
  CHECK(all.failed == 3);
  CHECK(all.outcomes[static_cast<std::size_t>(Outcome::ok)] == 4);
  CHECK(all.outcomes[static_cast<std::size_t>(Outcome::status)] == 2);
  CHECK(all.bytes_sent == 70);
  CHECK(all.bytes_received == 700);
  CHECK(all.at(Metric::response_time).count() == 7);
  CHECK(all.at(Metric::response_time).sum() == 28);
  CHECK(all.at(Metric::connect).empty());
}

TEST_CASE("each part of a filter selects by itself and all together") {
  CHECK(count_of({.scenario = "shop"}) == 7);
  CHECK(count_of({.scenario = "other"}) == 0);
  CHECK(count_of({.step = "pay"}) == 3);
  CHECK(count_of({.arm = Arm::baseline}) == 1);
  CHECK(count_of({.status_class = 0}) == 1);
  CHECK(count_of({.failed = false}) == 4);
  CHECK(count_of({.step = "pay", .arm = Arm::candidate, .status_class = 5, .failed = true}) == 2);
}

TEST_CASE("a slot range takes its first slot and leaves its last") {
  const RunResult result = small_result();
  const AggregatedSlots some = aggregate(result, {.arm = Arm::candidate}, {2, 4});
  CHECK(some.count == 2);
  CHECK(some.failed == 1);
  CHECK(some.at(Metric::response_time).sum() == 8);
  CHECK(aggregate(result, {}, {1, 2}).count == 0);
  CHECK(aggregate(result, {}, {0, 100}).count == 7);
}

TEST_CASE("all slots together are the whole run") {
  const RunResult result = test_support::sample_result();
  const Aggregated whole = aggregate(result, {});
  const AggregatedSlots slots = aggregate(result, {}, {0, 1000});
  CHECK(slots.count == whole.count);
  CHECK(slots.failed == whole.failed);
  CHECK(slots.at(Metric::response_time) == whole.at(Metric::response_time));
  CHECK(slots.at(Metric::send_lag) == whole.at(Metric::send_lag));
}

TEST_CASE("the judged length is that of the load without its warm-up") {
  using namespace std::chrono_literals;
  RunResult result;
  CHECK(judged_length(result) == 0s);
  result.load.resize(2);
  result.load[0].end = 60s;
  result.load[0].warm_up = 10s;
  result.load[1].start = 60s;
  result.load[1].end = 65s;
  result.load[1].warm_up = 10s;
  CHECK(judged_length(result) == 50s);
}

}  // namespace
}  // namespace assay
