#include "engine/run_ledger.h"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::engine;
using namespace std::chrono_literals;

namespace {

WorkerSecond told(std::uint32_t second, std::uint64_t started, Nanos length = 1s) {
  WorkerSecond made;
  made.second = second;
  made.length = length;
  made.started = started;
  made.cpu = length / 4;
  return made;
}

}  // namespace

TEST_CASE("a second is shown once all workers have told about it, and seconds are shown in order") {
  RunLedger ledger(RunPlan{}, 2, {});
  std::vector<std::uint32_t> shown;
  const auto show = [&](const std::vector<WorkerSecond>& parts) {
    CHECK(parts.size() == 2);
    shown.push_back(parts.front().second);
  };
  ledger.add({told(0, 1), told(1, 2)}, show);
  CHECK(shown.empty());
  ledger.add({told(0, 10)}, show);
  CHECK(shown == std::vector<std::uint32_t>{0});
  ledger.add({told(2, 5), told(1, 20), told(2, 50)}, show);
  CHECK(shown == std::vector<std::uint32_t>{0, 1, 2});

  const GeneratorHealth health = ledger.take_health();
  CHECK(health.workers == 2);
  CHECK(health.started == 88);
  REQUIRE(health.seconds.size() == 3);
  CHECK(health.seconds[1].started == 22);
  CHECK(health.seconds[1].cpu_ratio == doctest::Approx(0.5));
  CHECK(health.seconds[1].busiest_worker_ratio == doctest::Approx(0.25));
}

TEST_CASE("a second that one worker did not live to see counts, and a sliver has counts but no second") {
  RunLedger ledger(RunPlan{}, 2, {});
  ledger.add({told(0, 1), told(0, 1), told(1, 3), told(2, 4, 20ms)}, {});
  const GeneratorHealth health = ledger.take_health();
  CHECK(health.started == 9);
  REQUIRE(health.seconds.size() == 2);
  CHECK(health.seconds[1].started == 3);
}

TEST_CASE("slots go to the spool as they come") {
  RunLedger ledger(RunPlan{}, 2, {});
  WorkerSecond second = told(0, 1);
  SeriesSlot slot;
  slot.index = 4;
  slot.count = 1;
  slot.times[0].record(9);
  second.slots.push_back({SeriesKey{}, slot});
  ledger.add({second}, {});
  ledger.add({second}, {});
  const auto series = ledger.slots().read();
  REQUIRE(series);
  CHECK(series->at(0).slots.at(0).count == 2);
}
