#include "engine/live_view.h"

#include <doctest/doctest.h>

namespace assay::engine {
namespace {

using namespace std::chrono_literals;

WorkerSecond second_of(std::uint64_t requests, Nanos each) {
  WorkerSecond second;
  second.length = 1s;
  second.arms[0].requests = requests;
  if (requests > 0) second.arms[0].response_time.record(each.count(), requests);
  return second;
}

TEST_CASE("live view: counts and times add up over workers and seconds, quantiles are of the last second") {
  LiveView view(RunPlan{});
  view.add({second_of(2, 100ms), second_of(1, 300ms)});
  const LiveSnapshot now = view.add({second_of(4, 1ms), second_of(0, 1ms)});
  CHECK(now.elapsed == 2s);
  CHECK(now.arms[0].requests == 7);
  CHECK(now.arms[0].response_time_sum_s == doctest::Approx(0.504));
  CHECK(now.arms[0].p99 < 2ms);
  CHECK(now.arms[1].requests == 0);
  CHECK(now.arms[1].response_time_sum_s == 0);
}

}  // namespace
}  // namespace assay::engine
