// The rates here are constants of the code, because the seeds are: no test can fail by chance. Bounds are the
// stated rate plus three standard errors.
#include "stats/change_points.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <vector>

#include "base/random.h"
#include "stats/distributions.h"

namespace {

using namespace assay;
using namespace assay::stats;
using Series = std::vector<RunEstimate>;
using Noise = std::function<double(Random&)>;

constexpr int kSeries = 500;

double normal(Random& random) { return normal_quantile(random.uniform() * (1 - 1e-12) + 5e-13); }
// Student's t with three degrees of freedom, of variance 1.
double heavy(Random& random) {
  return student_quantile(random.uniform() * (1 - 1e-12) + 5e-13, 3) / std::sqrt(3.0);
}
// Lognormal with sigma 1, of mean 0 and variance 1: most runs alike, some far slower.
double skewed(Random& random) { return (std::exp(normal(random)) - 1.6487) / 2.1612; }

// A first-order autoregression of variance 1, long after its start.
Series noise_of(std::size_t runs, double correlation, const Noise& noise, Random& random) {
  const double fresh = std::sqrt(1 - correlation * correlation);
  double value = noise(random);
  for (int i = 0; i < 30; ++i) value = correlation * value + fresh * noise(random);
  Series series(runs);
  for (RunEstimate& run : series) run.value = value = correlation * value + fresh * noise(random);
  return series;
}

// Share of series without any change that are given one.
double false_rate(std::size_t runs, double correlation, const Noise& noise) {
  Random random(7, runs);
  int marked = 0;
  for (int i = 0; i < kSeries; ++i) {
    const Series series = noise_of(runs, correlation, noise, random);
    marked += level_course(series, 1).changes.empty() ? 0 : 1;
  }
  return static_cast<double>(marked) / kSeries;
}

double bound(double rate) { return rate + 3 * std::sqrt(rate * (1 - rate) / kSeries); }

struct Found {
  double share = 0;  // of series in which the one change is marked
  double near = 0;   // of these: at most one run off
};

Found found(std::size_t runs, std::size_t after, double shift, double correlation = 0) {
  constexpr int kTries = 150;
  Random random(11, runs);
  int marked = 0, near = 0;
  for (int i = 0; i < kTries; ++i) {
    Series series = noise_of(runs, correlation, normal, random);
    for (std::size_t k = runs - after; k < runs; ++k) series[k].value += shift;
    const auto changes = level_course(series, 1).changes;
    if (changes.size() != 1) continue;
    ++marked;
    near += std::abs(static_cast<int>(changes[0].first) - static_cast<int>(runs - after)) <= 1 ? 1 : 0;
  }
  return {static_cast<double>(marked) / kTries, marked == 0 ? 0 : static_cast<double>(near) / marked};
}

}  // namespace

// Ranks do not know the distribution: with exchangeable runs one stands for all.
TEST_CASE("change points: independent runs are marked in at most 2 of 100 series") {
  CHECK(false_rate(10, 0, normal) <= bound(kChangeLevel));
  CHECK(false_rate(20, 0, normal) <= bound(kChangeLevel));
  CHECK(false_rate(40, 0, heavy) <= bound(kChangeLevel));
}

TEST_CASE("change points: runs that resemble their neighbours are marked in at most 5 of 100 series") {
  for (const Noise& noise : {Noise(normal), Noise(heavy), Noise(skewed)}) {
    CHECK(false_rate(12, 0.3, noise) <= kFalseChangeRate);
    CHECK(false_rate(24, 0.3, noise) <= kFalseChangeRate);
  }
  CHECK(false_rate(40, 0.3, normal) <= kFalseChangeRate);
}

TEST_CASE("change points: a shift of 2 standard deviations is found after six to ten runs, where it began") {
  const Found six = found(40, 6, 2), ten = found(40, 10, 2), of_twenty = found(20, 10, 2);
  CHECK(six.share > 0.6);
  CHECK(six.near > 0.75);
  CHECK(ten.share > 0.85);
  CHECK(ten.near > 0.75);
  CHECK(of_twenty.share > 0.55);
  const Found large = found(24, 9, 5);
  CHECK(large.share > 0.9);
  CHECK(large.near > 0.95);
}

TEST_CASE("change points: a shift of 1.5 standard deviations is found after ten to twenty runs") {
  CHECK(found(40, 10, 1.5).share > 0.6);
  CHECK(found(50, 20, 1.5).share > 0.8);
}

TEST_CASE("change points: what was taken back after some runs has a beginning and an end") {
  Random random(13, 1);
  int marked = 0;
  for (int i = 0; i < 50; ++i) {
    Series series = noise_of(40, 0, normal, random);
    for (std::size_t k = 20; k < 28; ++k) series[k].value += 3;
    const auto changes = level_course(series, 1).changes;
    if (changes.size() != 2) continue;
    const auto off = [](std::size_t found, int truth) { return std::abs(static_cast<int>(found) - truth); };
    marked += off(changes[0].first, 20) <= 1 && off(changes[1].first, 28) <= 1 ? 1 : 0;
  }
  CHECK(marked > 30);
}

TEST_CASE("change points: both levels are the means of what lies on each side") {
  Series series;
  for (int i = 0; i < 8; ++i) series.push_back({1 + 0.01 * (i % 3), 0.01});
  for (int i = 0; i < 6; ++i) series.push_back({2 + 0.01 * (i % 3), 0.01});
  const LevelCourse course = level_course(series, 1);
  REQUIRE(course.searched);
  REQUIRE(course.changes.size() == 1);
  CHECK(course.changes[0].first == 8);
  CHECK(course.changes[0].before == doctest::Approx(1.00875));
  CHECK(course.changes[0].after == doctest::Approx(2.01));
  CHECK(course.changes[0].p_value <= kChangeLevel);
  CHECK(course.between < 0.001);
}

TEST_CASE("change points: several changes are each found at their place") {
  Random random(3, 1);
  Series series;
  for (const double level : {0.0, 6.0, 0.0, -6.0})
    for (int i = 0; i < 15; ++i) series.push_back({level + normal(random), 0.1});
  const LevelCourse course = level_course(series, 1);
  REQUIRE(course.changes.size() == 3);
  CHECK(course.changes[0].first == 15);
  CHECK(course.changes[1].first == 30);
  CHECK(course.changes[2].first == 45);
  CHECK(course.between == doctest::Approx(1).epsilon(0.4));
}

TEST_CASE("change points: fewer than ten runs are not searched") {
  Series series(9, {1, 0.01});
  for (std::size_t i = 5; i < 9; ++i) series[i].value = 100;
  const LevelCourse course = level_course(series, 1);
  CHECK_FALSE(course.searched);
  CHECK(course.changes.empty());
  CHECK_FALSE(level_course({}, 1).searched);
}

TEST_CASE("change points: equal runs have no change, and one wild run is none") {
  CHECK(level_course(Series(30, {1, 0}), 1).changes.empty());
  Series series(30, {1, 0});
  series[12].value = 1e9;
  CHECK(level_course(series, 1).changes.empty());
}

TEST_CASE("change points: runs of which little is known weigh little") {
  Random random(5, 1);
  Series series;
  for (int i = 0; i < 20; ++i) series.push_back({0.1 * normal(random), 0.1});
  Series wide = series;
  for (int i = 0; i < 6; ++i) {
    series.push_back({0.5 + 0.1 * normal(random), 0.1});
    wide.push_back({0.5 + 0.1 * normal(random), 3});
  }
  CHECK(level_course(series, 1).changes.size() == 1);
  CHECK(level_course(wide, 1).changes.empty());
}

TEST_CASE("change points: the same seed gives the same answer") {
  Random random(9, 1);
  Series series = noise_of(60, 0, normal, random);
  for (std::size_t i = 40; i < 60; ++i) series[i].value += 1.5;
  const LevelCourse one = level_course(series, 4), again = level_course(series, 4);
  REQUIRE(one.changes.size() == 1);
  CHECK(one.changes[0].first == again.changes[0].first);
  CHECK(one.changes[0].p_value == again.changes[0].p_value);
}
