#include "engine/slot_spool.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "base/random.h"
#include "tests/support/file_size_limit.h"

using namespace assay;
using namespace assay::engine;
using test_support::FileSizeLimit;

namespace {

SeriesSlot slot(std::uint32_t index, std::vector<std::int64_t> response, std::int64_t lag) {
  SeriesSlot made;
  made.index = index;
  made.count = response.size();
  made.times[0] = stats::Histogram::of(response);
  made.times[2].record(lag, made.count);  // no service time: such requests were never sent
  return made;
}

const SeriesKey kFirst{0, Arm::candidate, 2, false};
const SeriesKey kSecond{300, Arm::baseline, 0, true};

// Three seconds of a run with a late part of the first slot.
void fill(SlotSpool& spool) {
  spool.add({{kSecond, slot(0, {7}, 5)}, {kFirst, slot(0, {1'000, 2'000'000'000}, 12)}});
  spool.add({});
  spool.add({{kFirst, slot(1, {30'000}, 1)}});
  spool.add({{kFirst, slot(0, {40'000'000'000}, 900)}, {kFirst, slot(2, {5}, 0)}});
}

void check_filled(const SlotSpool& spool) {
  const auto series = spool.read();
  REQUIRE(series);
  REQUIRE(series->size() == 2);
  const Series& first = series->front();
  CHECK(first.key == kFirst);
  CHECK(series->back().key == kSecond);
  REQUIRE(first.slots.size() == 3);
  CHECK(first.slots[0].count == 3);
  CHECK(first.slots[0].times[0] == stats::Histogram::of({1'000, 2'000'000'000, 40'000'000'000}));
  CHECK(first.slots[0].times[1].empty());
  CHECK(first.slots[1].index == 1);
  CHECK(first.times[0] == stats::Histogram::of({1'000, 2'000'000'000, 40'000'000'000, 30'000, 5}));
  CHECK(first.times[2].count() == 5);
  CHECK(first.count == 0);
  CHECK(series->back().slots == std::vector<SeriesSlot>{slot(0, {7}, 5)});
}

}  // namespace

TEST_CASE("slots come back once each, with late parts added, from a file and from memory") {
  SlotSpool in_file(std::filesystem::temp_directory_path());
  fill(in_file);
  check_filled(in_file);
  check_filled(in_file);  // may be read at any time, and again

  SlotSpool in_memory({});
  fill(in_memory);
  check_filled(in_memory);

  SlotSpool nowhere("/nonexistent/assay");
  fill(nowhere);
  check_filled(nowhere);
}

TEST_CASE("a disk that is full loses no slot") {
  for (const rlim_t bytes : {0U, 20U, 60U, 100U}) {
    SlotSpool spool(std::filesystem::temp_directory_path());
    {
      const FileSizeLimit full(bytes);
      fill(spool);
    }
    check_filled(spool);
  }
}

TEST_CASE("records may lie across the parts in which the file is read") {
  SlotSpool spool(std::filesystem::temp_directory_path());
  Random random(5, 0);
  std::vector<std::int64_t> all;
  for (std::uint32_t index = 0; index < 600; ++index) {
    std::vector<std::int64_t> values;
    for (int i = 0; i < 2'000; ++i)
      values.push_back(static_cast<std::int64_t>(random.below(std::uint64_t{1} << (10 + index % 20))));
    all.insert(all.end(), values.begin(), values.end());
    spool.add({{kFirst, slot(index, values, 3)}});
  }
  const auto series = spool.read();
  REQUIRE(series);
  CHECK(series->at(0).slots.size() == 600);
  CHECK(series->at(0).times[0] == stats::Histogram::of(all));
}
