#include "tests/support/long_run.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/support/sample_run.h"

namespace assay::test_support {
namespace {

using namespace std::chrono_literals;
using stats::Buckets;
using stats::Histogram;

// Latencies around `median`, log-normal over the buckets; each holds what is due to it, rounded by a fixed
// dither so that rare buckets appear in some slots and not in others.
class Shape {
 public:
  Shape(double median_ns, double sigma) {
    const auto density = [&](double ns) {
      return std::exp(-std::pow(std::log(ns / median_ns) / sigma, 2) / 2);
    };
    const std::uint32_t first = Buckets::index(static_cast<std::int64_t>(median_ns * std::exp(-3.5 * sigma)));
    const std::uint32_t last = Buckets::index(static_cast<std::int64_t>(median_ns * std::exp(3.5 * sigma)));
    double sum = 0;
    for (std::uint32_t i = first; i <= last; ++i) {
      parts_.push_back({i, density(static_cast<double>(Buckets::middle(i)))});
      sum += parts_.back().share;
    }
    for (Part& part : parts_) part.share /= sum;
  }

  Histogram of(double count, std::uint32_t salt) const {
    std::vector<Histogram::Bucket> buckets;
    double sum = 0;
    for (const Part& part : parts_) {
      const double dither = static_cast<double>((part.index * 2654435761U ^ salt * 40503U) % 1024U) / 1024;
      const auto due = static_cast<std::uint64_t>(part.share * count + dither);
      if (due == 0) continue;
      buckets.push_back({part.index, due});
      sum += static_cast<double>(due) * static_cast<double>(Buckets::middle(part.index));
    }
    if (buckets.empty()) return {};
    return Histogram::from_parts(buckets, Buckets::lower(buckets.front().index),
                                 Buckets::upper(buckets.back().index), sum);
  }

 private:
  struct Part {
    std::uint32_t index;
    double share;
  };
  std::vector<Part> parts_;
};

Series series_of(SeriesKey key, double per_slot, std::uint32_t slots) {
  const Shape times(key.arm == Arm::candidate ? 13e6 : 12e6, 0.45), lag(40e3, 0.5);
  Series series;
  series.key = key;
  for (std::uint32_t i = 0; i < slots; ++i) {
    SeriesSlot slot;
    slot.index = i;
    slot.times[0] = times.of(per_slot, i);
    slot.times[1] = times.of(per_slot, i + 7);
    slot.times[2] = lag.of(per_slot, i);
    slot.count = slot.times[0].count();
    series.count += slot.count;
    series.slots.push_back(std::move(slot));
  }
  const auto total = static_cast<double>(series.count);
  for (std::size_t m = 0; m < kSlotMetricCount; ++m)
    series.times[m] = m == 2 ? lag.of(total, 1) : times.of(total, 1);
  series.outcomes[static_cast<std::size_t>(key.failed ? Outcome::status : Outcome::ok)] = series.count;
  return series;
}

std::vector<StepFacts> steps_of(std::uint16_t count) {
  std::vector<StepFacts> steps;
  for (std::uint16_t i = 0; i < count; ++i)
    steps.push_back({"browse", "step " + std::to_string(i), "GET", "/items/" + std::to_string(i), 2s});
  return steps;
}

std::vector<HealthSecond> seconds_of(const LongRun& options) {
  std::vector<HealthSecond> seconds;
  for (std::uint32_t i = 0; i < options.seconds; ++i) {
    HealthSecond second{.second = i};
    second.intended = second.started = static_cast<std::uint64_t>(options.rate_per_s);
    second.completed = second.intended;
    second.in_flight = 120 + i % 17;
    second.cpu_ratio = second.busiest_worker_ratio = 0.4;
    second.lag_p50 = 30us;
    second.lag_p99 = 90us;
    second.lag_max = 1ms;
    seconds.push_back(second);
  }
  return seconds;
}

}  // namespace

RunRecord long_run(const LongRun& options) {
  RunRecord record = sample_run();
  RunResult& result = record.result;
  result.duration = std::chrono::seconds(options.seconds);
  result.steps = steps_of(options.steps);
  result.load[0].warm_up = 0s;
  result.load[0].end = result.duration;
  result.health.seconds = seconds_of(options);
  result.series.clear();
  result.failures.clear();
  const auto slots = options.seconds * 2;
  const double per_slot = options.rate_per_s / 2 / options.steps / 2;
  for (std::uint16_t step = 0; step < options.steps; ++step) {
    for (const Arm arm : {Arm::candidate, Arm::baseline}) {
      result.series.push_back(series_of({step, arm, 2, false}, per_slot * 0.99, slots));
      result.series.push_back(series_of({step, arm, 5, true}, per_slot * 0.01, slots));
    }
  }
  return record;
}

}  // namespace assay::test_support
