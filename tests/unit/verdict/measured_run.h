// Builds RunResults for the tests of this folder: one scenario with one step (timeout 2 s), half-second
// slots, two arms of seeded lognormal times, as the engine would have recorded them.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "base/random.h"
#include "config/gate_spec.h"
#include "model/run_result.h"

namespace assay::verdict {

struct MeasuredRequest {
  Arm arm = Arm::candidate;
  std::uint32_t slot = 0;
  Nanos response_time{50'000'000};
  Outcome outcome = Outcome::ok;
  std::uint8_t status_class = 2;
  std::uint16_t step = 0;
  Nanos service_time{0};  // zero: not recorded
};

class MeasuredRun {
 public:
  explicit MeasuredRun(double seconds = 120, bool baseline = true) {
    result_.slot_length = Nanos{500'000'000};
    result_.steps.push_back({"browse", "list", "GET", "/list", Nanos{2'000'000'000}});
    result_.targets.push_back(target(Arm::candidate, "http://candidate:1"));
    if (baseline) result_.targets.push_back(target(Arm::baseline, "http://baseline:2"));
    LoadPhaseFacts phase;
    phase.shape = "constant-arrival-rate";
    phase.open_model = true;
    phase.end = Nanos{std::llround(seconds * 1e9)};
    result_.load.push_back(phase);
    slots_ = static_cast<std::uint32_t>(std::lround(seconds * 2));
  }

  void add(const MeasuredRequest& request, std::uint64_t times = 1) {
    Series& series =
        series_[{request.step, request.arm, request.status_class, request.outcome != Outcome::ok}];
    series.count += times;
    series.outcomes[static_cast<std::size_t>(request.outcome)] += times;
    series.bytes_received += 1000 * times;
    const auto metric = static_cast<std::size_t>(Metric::response_time);
    series.times[metric].record(request.response_time.count(), times);
    auto& slot = slots_of_[&series][request.slot];
    slot.index = request.slot;
    slot.count += times;
    slot.times[metric].record(request.response_time.count(), times);
    if (request.service_time > Nanos{0}) {
      const auto service = static_cast<std::size_t>(Metric::service_time);
      series.times[service].record(request.service_time.count(), times);
      slot.times[service].record(request.service_time.count(), times);
    }
  }

  // Lognormal times with a median of 50 ms, in the candidate longer by a factor.
  void add_lognormal(std::size_t requests_a_slot, double candidate_factor = 1, std::uint64_t seed = 1) {
    Random random(seed, 7);
    for (std::uint32_t slot = 0; slot < slots_; ++slot)
      for (std::size_t i = 0; i < requests_a_slot; ++i) {
        add({.arm = Arm::candidate, .slot = slot, .response_time = time(random, candidate_factor)});
        add({.arm = Arm::baseline, .slot = slot, .response_time = time(random, 1)});
      }
  }

  std::uint32_t slots() const { return slots_; }
  RunResult& facts() { return result_; }

  RunResult result() const {
    RunResult result = result_;
    for (const auto& [key, series] : series_) {
      result.series.push_back(series);
      result.series.back().key = key;
      for (const auto& [index, slot] : slots_of_.at(&series)) result.series.back().slots.push_back(slot);
    }
    return result;
  }

 private:
  static TargetFacts target(Arm arm, const char* url) {
    TargetFacts facts;
    facts.arm = arm;
    facts.url = url;
    return facts;
  }

  static Nanos time(Random& random, double factor) {
    const double normal =
        std::sqrt(2 * random.exponential()) * std::cos(2 * std::numbers::pi * random.uniform());
    return Nanos{std::llround(factor * 50e6 * std::exp(0.5 * normal))};
  }

  RunResult result_;
  std::uint32_t slots_ = 0;
  std::map<SeriesKey, Series> series_;
  std::map<const Series*, std::map<std::uint32_t, SeriesSlot>> slots_of_;
};

inline config::CompareSpec compare_quantile(double quantile, double margin) {
  config::CompareSpec compare;
  compare.quantile = quantile;
  compare.margin = margin;
  compare.source_text = "p" + std::to_string(static_cast<int>(quantile * 100)) + "(response_time)";
  return compare;
}

inline config::CompareSpec compare_errors(double margin) {
  config::CompareSpec compare;
  compare.what = config::CompareSpec::What::error_rate;
  compare.margin = margin;
  compare.source_text = "error_rate";
  return compare;
}

inline config::CompareSpec compare_stalls() {
  config::CompareSpec compare;
  compare.what = config::CompareSpec::What::stalls;
  compare.source_text = "stalls";
  return compare;
}

inline config::CompareSpec compare_throughput(double margin) {
  config::CompareSpec compare;
  compare.what = config::CompareSpec::What::throughput;
  compare.margin = margin;
  compare.source_text = "throughput";
  return compare;
}

// What a gate file with a baseline gets when it names no comparison.
inline std::vector<config::CompareSpec> usual_comparisons() {
  return {compare_quantile(0.50, 0.10), compare_quantile(0.95, 0.10), compare_quantile(0.99, 0.20),
          compare_errors(0.01), compare_stalls()};
}

inline config::ThresholdSpec threshold(config::Aggregate aggregate, config::Comparator comparator,
                                       double limit) {
  config::ThresholdSpec spec;
  spec.aggregate = aggregate;
  spec.comparator = comparator;
  spec.limit = limit;
  spec.source_text = "the threshold";
  return spec;
}

}  // namespace assay::verdict
