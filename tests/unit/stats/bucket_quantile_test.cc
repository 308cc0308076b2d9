#include "stats/bucket_quantile.h"

#include <doctest/doctest.h>

#include <vector>

using namespace assay::stats;

namespace {

const std::vector<double> kBounds = {0.1, 0.25, 0.5, 1};

std::optional<BucketQuantile> of(const std::vector<std::uint64_t>& counts, double quantile) {
  return bucket_quantile(kBounds, counts, quantile);
}

}  // namespace

// The expected values are those of histogram_quantile() of Prometheus 2.42 over the same buckets.
TEST_CASE("bucket quantile: interpolates within the bucket, from zero in the lowest") {
  CHECK(of({100, 0, 0, 0, 0}, 0.5)->value == doctest::Approx(0.05));
  CHECK(of({50, 30, 15, 5, 0}, 0.5)->value == doctest::Approx(0.1));
  CHECK(of({50, 30, 15, 5, 0}, 0.95)->value == doctest::Approx(0.5));
  CHECK(of({50, 30, 15, 5, 0}, 0.99)->value == doctest::Approx(0.9));
  CHECK(of({50, 30, 15, 5, 0}, 0.9)->value == doctest::Approx(0.25 + 0.25 * 10 / 15));
}

TEST_CASE("bucket quantile: what is certain is the bucket") {
  const auto found = of({50, 30, 15, 5, 0}, 0.9);
  CHECK(found->lower == 0.25);
  CHECK(found->upper == 0.5);
  CHECK_FALSE(found->beyond_bounds());
}

TEST_CASE("bucket quantile: above the highest bound only that bound is known") {
  const auto found = of({50, 0, 0, 0, 50}, 0.99);
  CHECK(found->value == 1);
  CHECK(found->lower == 1);
  CHECK(found->beyond_bounds());
}

TEST_CASE("bucket quantile: as many lie below it as it says") {
  const std::vector<std::uint64_t> counts = {50, 30, 15, 5, 7};
  for (const double q : {0.1, 0.5, 0.75, 0.93})
    CHECK(bucket_count_below(kBounds, counts, of(counts, q)->value) == doctest::Approx(q * 107));
  CHECK(bucket_count_below(kBounds, counts, 0) == 0);
  CHECK(bucket_count_below(kBounds, counts, 50) == 100);
}

TEST_CASE("bucket quantile: empty buckets are passed over, and nothing has no quantile") {
  CHECK(of({50, 0, 0, 50, 0}, 0.51)->lower == 0.5);
  CHECK_FALSE(of({0, 0, 0, 0, 0}, 0.5));
  CHECK_FALSE(bucket_quantile({}, {}, 0.5));
}
