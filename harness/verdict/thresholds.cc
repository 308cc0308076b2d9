#include "verdict/thresholds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "base/units.h"
#include "model/filter.h"
#include "verdict/arm_series.h"
#include "verdict/server_metrics.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

using config::Aggregate;
using config::Comparator;
using config::ThresholdSpec;

SeriesFilter filter_of(const ThresholdSpec& threshold) {
  const auto& filter = threshold.filter;
  return {filter.scenario, filter.step, filter.arm, filter.status_class, std::nullopt};
}

bool is_timed(Aggregate aggregate) {
  return aggregate == Aggregate::quantile || aggregate == Aggregate::max || aggregate == Aggregate::mean;
}

bool is_counted(Aggregate aggregate) { return aggregate == Aggregate::count || aggregate == Aggregate::rate; }

std::optional<double> ratio(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

std::optional<double> time_of(const ThresholdSpec& threshold, const stats::Histogram& times) {
  if (times.empty()) return std::nullopt;
  if (threshold.aggregate == Aggregate::mean) return times.mean();
  if (threshold.aggregate == Aggregate::max) return static_cast<double>(times.max());
  return static_cast<double>(times.quantile(threshold.quantile));
}

// Of the requests that got a whole answer, the share whose checks all held.
std::optional<double> check_rate(const Aggregated& all) {
  const auto of = [&](Outcome outcome) { return all.outcomes[static_cast<std::size_t>(outcome)]; };
  const std::uint64_t held = of(Outcome::ok);
  return ratio(held, held + of(Outcome::status) + of(Outcome::check) + of(Outcome::extract));
}

// Zero requests of a status class are a measurement when other requests could have had it; zero of everything
// are not.
bool nothing_could_match(const RunResult& result, const ThresholdSpec& threshold) {
  SeriesFilter filter = filter_of(threshold);
  filter.status_class.reset();
  return aggregate(result, filter).count == 0;
}

struct Measured {
  std::optional<double> value;
  std::uint64_t samples = 0;
};

Measured measure_run(const RunResult& result, const ThresholdSpec& threshold) {
  const Aggregated all = aggregate(result, filter_of(threshold));
  if (is_timed(threshold.aggregate)) {
    const auto& times = all.at(threshold.metric);
    return {time_of(threshold, times), times.count()};
  }
  if (threshold.aggregate == Aggregate::error_rate) return {ratio(all.failed, all.count), all.count};
  if (threshold.aggregate == Aggregate::check_rate) return {check_rate(all), all.count};
  if (all.count == 0 && (!is_counted(threshold.aggregate) || nothing_could_match(result, threshold)))
    return {};
  const double length = seconds(judged_length(result));
  if (threshold.aggregate == Aggregate::count) return {static_cast<double>(all.count), all.count};
  if (length <= 0) return {};
  const bool is_rate = threshold.aggregate == Aggregate::rate;
  return {static_cast<double>(is_rate ? all.count : all.bytes_received) / length, all.count};
}

// Only the first metrics and the counts are kept for every slot.
bool kept_for_slots(const ThresholdSpec& threshold) {
  if (is_timed(threshold.aggregate)) return static_cast<std::size_t>(threshold.metric) < kSlotMetricCount;
  return threshold.aggregate == Aggregate::error_rate || is_counted(threshold.aggregate);
}

std::optional<double> measure_window(const RunResult& result, const ThresholdSpec& threshold,
                                     SlotRange window) {
  const AggregatedSlots all = aggregate(result, filter_of(threshold), window);
  if (is_timed(threshold.aggregate)) return time_of(threshold, all.at(threshold.metric));
  if (threshold.aggregate == Aggregate::error_rate) return ratio(all.failed, all.count);
  const double length = seconds(result.slot_length) * (window.last - window.first);
  const auto count = static_cast<double>(all.count);
  return threshold.aggregate == Aggregate::count ? count : count / length;
}

std::vector<SlotRange> full_windows(const RunResult& result, Nanos length) {
  std::vector<SlotRange> windows;
  if (result.slot_length <= Nanos{0}) return windows;
  const auto slots =
      static_cast<std::uint32_t>(std::max(1L, std::lround(seconds(length) / seconds(result.slot_length))));
  for (const SlotRange& range : judged_ranges(result))
    for (std::uint32_t first = range.first; first + slots <= range.last; first += slots)
      windows.push_back({first, first + slots});
  return windows;
}

std::string window_text(const RunResult& result, SlotRange window) {
  return fmt::format("{} to {} after the start", format_duration(result.slot_length * window.first),
                     format_duration(result.slot_length * window.last));
}

void settle(Finding& finding, const ThresholdSpec& threshold, double value, const std::string& where) {
  const bool good = holds(threshold.comparator, value, threshold.limit);
  finding.value = value;
  finding.state = good ? FindingState::pass : FindingState::fail;
  finding.sentence =
      fmt::format("{}: measured {}{}", threshold.source_text, threshold_value(threshold, value), where);
}

void lacks_data(Finding& finding, std::string sentence) {
  finding.state = FindingState::insufficient;
  finding.sentence = std::move(sentence);
}

struct WorstWindow {
  std::optional<double> value;
  SlotRange window, empty;
  bool some_empty = false;
};

WorstWindow worst_window(const RunResult& result, const ThresholdSpec& threshold,
                         const std::vector<SlotRange>& windows) {
  WorstWindow worst;
  for (const SlotRange& window : windows) {
    const auto value = measure_window(result, threshold, window);
    if (!value) {
      if (!worst.some_empty) worst.empty = window;
      worst.some_empty = true;
      continue;
    }
    const bool worse =
        !worst.value || (wants_small(threshold) ? *value > *worst.value : *value < *worst.value);
    if (!worse) continue;
    worst.value = value;
    worst.window = window;
  }
  return worst;
}

void judge_windows(Finding& finding, const RunResult& result, const ThresholdSpec& threshold) {
  const auto& text = threshold.source_text;
  if (!kept_for_slots(threshold)) return lacks_data(finding, text + " is not kept for windows of a run");
  const auto windows = full_windows(result, *threshold.window);
  const std::string length = format_duration(*threshold.window);
  if (windows.empty())
    return lacks_data(finding, fmt::format("{}: the judged time holds no full window of {}", text, length));
  if (is_counted(threshold.aggregate) && nothing_could_match(result, threshold))
    return lacks_data(finding, text + ": no judged request matches");

  const WorstWindow worst = worst_window(result, threshold, windows);
  if (worst.value) {
    finding.from = result.slot_length * worst.window.first;
    finding.until = result.slot_length * worst.window.last;
    settle(finding, threshold, *worst.value,
           fmt::format(" in the worst window of {} ({})", length, window_text(result, worst.window)));
  }
  if (worst.some_empty && finding.state != FindingState::fail)
    lacks_data(finding, fmt::format("{}: no judged request matches in the window {}", text,
                                    window_text(result, worst.empty)));
}

Unit unit_of(Aggregate aggregate) {
  switch (aggregate) {
    case Aggregate::quantile:
    case Aggregate::max:
    case Aggregate::mean:
      return Unit::nanoseconds;
    case Aggregate::error_rate:
    case Aggregate::check_rate:
      return Unit::ratio;
    case Aggregate::rate:
    case Aggregate::received:
      return Unit::per_second;
    case Aggregate::count:
      return Unit::count;
    case Aggregate::server_metric:
      break;
  }
  return Unit::none;
}

}  // namespace

bool holds(Comparator comparator, double value, double limit) {
  switch (comparator) {
    case Comparator::less:
      return value < limit;
    case Comparator::less_equal:
      return value <= limit;
    case Comparator::greater:
      return value > limit;
    case Comparator::greater_equal:
      return value >= limit;
  }
  return false;
}

bool wants_small(const ThresholdSpec& threshold) {
  return threshold.comparator == Comparator::less || threshold.comparator == Comparator::less_equal;
}

Finding judge_threshold(const RunResult& result, const ThresholdSpec& threshold) {
  Finding finding;
  finding.kind = FindingKind::threshold;
  finding.severity = threshold.severity;
  finding.subject = threshold.source_text;
  finding.location = threshold.span.location();
  finding.unit = unit_of(threshold.aggregate);
  finding.limit = threshold.limit;
  finding.limit_is_least = !wants_small(threshold);
  if (threshold.aggregate == Aggregate::server_metric) {
    judge_server_threshold(finding, result, threshold);
    return finding;
  }

  const Measured run = measure_run(result, threshold);
  finding.samples = run.samples;
  if (threshold.window) {
    judge_windows(finding, result, threshold);
  } else if (run.value) {
    settle(finding, threshold, *run.value, "");
  } else {
    lacks_data(finding, fmt::format("{}: no judged request matches", threshold.source_text));
  }
  return finding;
}

}  // namespace assay::verdict
