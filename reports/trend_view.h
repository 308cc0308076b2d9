// What all formats of a trend share: levels in units of time with their intervals, changes by the moment at
// which they happened, and sentences. Refers to the RunTrend, which must outlive it. Pure.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "model/run_trend.h"

namespace assay::reports {

// In the unit of the series. `low` to `high` holds the run's own level with 95 % confidence, as far as chance
// inside the run goes; how runs differ from each other is not in it.
struct ShownLevel {
  double value = 0, low = 0, high = 0;
};
ShownLevel shown_level(Unit unit, const LevelMeasure& level);
double level_value(Unit unit, double level);  // to a nanosecond, to a part in 1e9

// "86.5ms ±2%", of the error rate without its interval.
std::string level_text(Unit unit, const LevelMeasure& level);

// How far single runs lie apart beyond chance inside them: "3.1%", "0.02pp". Empty: too few to tell.
std::string spread_text(const TrendSeries& series);

struct TrendChange {
  const TrendSeries* series = nullptr;
  const stats::ChangePoint* change = nullptr;

  // Of all stored metrics more is worse.
  bool worse() const { return change->after > change->before; }
  std::string text() const;  // "141ms → 158ms, +12.1% (p 0.001)"
  std::string_view word() const { return worse() ? "worse" : "better"; }
};

// Everything that changed with one run.
struct TrendMoment {
  std::string letter;   // "A", from the oldest; after "Z" comes "AA"
  std::size_t run = 0;  // the first of the new level
  std::vector<TrendChange> changes;

  // One metric went the same way in both arms: whatever changed, it was not only the build.
  bool in_both_arms() const;
};

struct TrendView {
  const RunTrend& trend;
  std::vector<TrendMoment> moments;  // oldest first
  bool has_baseline = false;
  std::size_t searched = 0;  // series with runs enough to be searched

  const TrendSeries* series_of(std::string_view metric, Arm arm) const;  // null: not measured
  // Letters of the moments at this run; empty: nothing changed.
  std::string letters_at(std::size_t run) const;
};
TrendView view_of(const RunTrend& trend);

std::string short_metric(std::string_view metric);                          // "p95" of "p95(response_time)"
std::string series_name(const TrendView& view, const TrendSeries& series);  // "baseline p95"
std::string run_label(const TrendRun& run);               // its name, else the start of its id
std::string minute_text(const std::string& started_utc);  // "2026-02-14 09:00"

// "24 runs from 2026-01-01 09:00 to 2026-02-14 09:00"
std::string span_text(const RunTrend& trend);
std::size_t count_of(const RunTrend& trend, Grade grade);
// Runs that are not shown and why, a sentence each; at most five of them.
std::vector<std::string> left_out_texts(const RunTrend& trend);
// What was searched, and how often a change is marked where there is none.
std::string chance_text(const TrendView& view);

}  // namespace assay::reports
