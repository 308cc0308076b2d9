#include "stats/histogram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace assay::stats {
namespace {

// Values spread evenly over the orders of magnitude from 1 ns to 2^41 ns.
std::vector<std::int64_t> spread_values(std::uint64_t seed, std::size_t count) {
  Random random(seed, 1);
  std::vector<std::int64_t> values(count);
  for (auto& value : values) value = static_cast<std::int64_t>(std::exp2(random.uniform() * 41));
  return values;
}

Histogram recorded(const std::vector<std::int64_t>& values) {
  Histogram histogram;
  for (const auto value : values) histogram.record(value);
  return histogram;
}

double relative_error(std::int64_t reported, std::int64_t exact) {
  return std::abs(static_cast<double>(reported - exact)) /
         static_cast<double>(std::max<std::int64_t>(exact, 1));
}

std::int64_t sorted_quantile(std::vector<std::int64_t> values, double q) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

TEST_CASE("buckets cover every value without gap or overlap") {
  CHECK(Buckets::lower(0) == 0);
  for (std::uint32_t index = 1; index < Buckets::kCount; ++index) {
    REQUIRE(Buckets::lower(index) == Buckets::upper(index - 1) + 1);
    REQUIRE(Buckets::index(Buckets::lower(index)) == index);
    REQUIRE(Buckets::index(Buckets::middle(index)) == index);
    REQUIRE(Buckets::index(Buckets::upper(index)) == index);
  }
  CHECK(Buckets::upper(Buckets::kCount - 1) == Buckets::kLargest);
}

TEST_CASE("a bucket is at most 0.2 % of its smallest value wide") {
  for (std::uint32_t index = 1; index < Buckets::kCount; ++index) {
    REQUIRE(relative_error(Buckets::upper(index), Buckets::lower(index)) <= 0.002);
  }
}

TEST_CASE("negative values count as zero and huge values with the last bucket") {
  CHECK(Buckets::index(-5) == 0);
  CHECK(Buckets::index(std::numeric_limits<std::int64_t>::max()) == Buckets::kCount - 1);

  Histogram histogram;
  histogram.record(-5);
  histogram.record(std::int64_t{1} << 50);
  CHECK(histogram.min() == 0);
  CHECK(histogram.max() == std::int64_t{1} << 50);
  CHECK(histogram.quantile(1) == std::int64_t{1} << 50);
}

TEST_CASE("an empty histogram reports zeros") {
  const Histogram histogram;
  CHECK(histogram.empty());
  CHECK(histogram.min() == 0);
  CHECK(histogram.max() == 0);
  CHECK(histogram.mean() == 0);
  CHECK(histogram.quantile(0.5) == 0);
}

TEST_CASE("count, min, max and sum are exact") {
  const Histogram histogram = recorded({1'000'003, 77, 123'456'789});
  CHECK(histogram.count() == 3);
  CHECK(histogram.min() == 77);
  CHECK(histogram.max() == 123'456'789);
  CHECK(histogram.sum() == 124'456'869.0);
  CHECK(histogram.mean() == 41'485'623.0);
}

TEST_CASE("quantiles are the nearest rank of the sorted values within 0.2 %") {
  for (const std::size_t count : {1U, 2U, 3U, 10U, 99U, 1000U, 20'000U}) {
    const auto values = spread_values(count, count);
    const Histogram histogram = recorded(values);
    for (const double q : {0.0, 0.001, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0}) {
      CAPTURE(count);
      CAPTURE(q);
      CHECK(relative_error(histogram.quantile(q), sorted_quantile(values, q)) <= 0.002);
    }
  }
}

TEST_CASE("a rank that is a whole number is not moved by rounding") {
  std::vector<std::int64_t> values;
  for (std::int64_t value = 1; value <= 1000; ++value) values.push_back(value);
  const Histogram histogram = recorded(values);
  for (std::int64_t percent = 1; percent <= 100; ++percent) {
    CHECK(histogram.quantile(static_cast<double>(percent) / 100) == percent * 10);
  }
  CHECK(histogram.quantile(0.0701) == 71);
}

TEST_CASE("recording a value many times equals recording it again and again") {
  Histogram once, many;
  for (int i = 0; i < 7; ++i) many.record(5'000'000);
  once.record(5'000'000, 7);
  once.record(1, 0);
  CHECK(once == many);
}

TEST_CASE("merging is associative and equals recording into one") {
  const auto first = spread_values(1, 500);
  const auto second = spread_values(2, 300);
  const auto third = spread_values(3, 700);
  auto all = first;
  all.insert(all.end(), second.begin(), second.end());
  all.insert(all.end(), third.begin(), third.end());

  Histogram left = recorded(first);
  left.merge(recorded(second));
  left.merge(recorded(third));
  Histogram tail = recorded(second);
  tail.merge(recorded(third));
  Histogram right = recorded(first);
  right.merge(tail);

  CHECK(left == right);
  CHECK(left == recorded(all));
}

TEST_CASE("merging with an empty histogram changes nothing") {
  const Histogram some = recorded({5, 10});
  Histogram left = some, right;
  left.merge(Histogram{});
  right.merge(some);
  CHECK(left == some);
  CHECK(right == some);
}

TEST_CASE("a histogram made from its parts is the same") {
  const Histogram some = recorded(spread_values(9, 100));
  CHECK(Histogram::from_parts(some.buckets(), some.min(), some.max(), some.sum()) == some);
}

TEST_CASE("draining a dense histogram equals direct recording, again and again") {
  DenseHistogram dense;
  Histogram drained, direct;
  for (std::uint64_t round = 0; round < 5; ++round) {
    for (const auto value : spread_values(round, 400)) {
      dense.record(value);
      direct.record(value);
    }
    CHECK(dense.count() == 400);
    dense.drain_into(drained);
    CHECK(dense.empty());
    CHECK(drained == direct);
  }
}

TEST_CASE("adding kept histograms to a dense one equals merging them") {
  DenseHistogram sum;
  Histogram merged, drained;
  for (std::uint64_t round = 0; round < 5; ++round) {
    const Histogram part = recorded(spread_values(round, 400));
    sum.add(part);
    merged.merge(part);
  }
  sum.add(Histogram{});
  sum.drain_into(drained);
  CHECK(drained == merged);
}

TEST_CASE("a drained dense histogram has forgotten everything") {
  DenseHistogram dense;
  Histogram before, after;
  dense.record(-1);
  dense.record(std::int64_t{1} << 45);
  dense.drain_into(before);
  CHECK(before.min() == 0);
  CHECK(before.max() == std::int64_t{1} << 45);
  dense.drain_into(after);
  CHECK(after.empty());
  dense.record(2000);
  dense.drain_into(after);
  CHECK(after == recorded({2000}));
}

TEST_CASE("a histogram of values is what recording them one by one gives, and survives being packed") {
  const std::vector<std::int64_t> values = {5, -3, 5'000'000'000'000, 77'777, 77'778, 0};
  const Histogram of = Histogram::of(values);
  Histogram one_by_one;
  for (const std::int64_t value : values) one_by_one.record(value);
  CHECK(of == one_by_one);
  CHECK(Histogram::from_packed(of.packed(), of.min(), of.max(), of.sum()) == of);
  CHECK(Histogram::of({}).empty());
}

}  // namespace
}  // namespace assay::stats
