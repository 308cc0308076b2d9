#include "probes/probe_promql.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "config/choices.h"
#include "config/values.h"
#include "probes/number_bound.h"
#include "probes/prometheus_answers.h"
#include "probes/prometheus_ask.h"
#include "probes/promql_text.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"prometheus", "query", "expect", "over", "step", "on_empty", "on_nan"};
constexpr config::Choices<ProbeState, 4> kOutcomes{{"pass", "warn", "fail", "error"}};
constexpr config::DurationRange kOverRange{std::chrono::seconds(1), std::chrono::hours(24 * 400)};
constexpr config::DurationRange kStepRange{std::chrono::milliseconds(100), std::chrono::hours(24)};
constexpr std::int64_t kMostSteps = 11'000;  // more points than this Prometheus refuses
constexpr std::size_t kShownSeries = 5;

struct Settings final : config::ProbeSettings {
  Server prometheus;
  std::string query;
  NumberBound bound;
  Nanos over{0}, step{0};  // 0: now alone
  ProbeState on_empty = ProbeState::error, on_nan = ProbeState::error;
};

// ---- the gate file
void read_time(const config::ProbeReading& reading, Settings& settings) {
  const config::Node *over = reading.find("over"), *step = reading.find("step");
  if (step != nullptr) {
    config::assign(settings.step, config::read_duration(reading.context, *step, "step", kStepRange));
    if (over == nullptr) reading.error(*step, "\"step\" has no meaning without \"over\"", "add over: 5m");
  }
  if (over == nullptr) return;
  config::assign(settings.over, config::read_duration(reading.context, *over, "over", kOverRange));
  if (settings.step == Nanos(0))
    settings.step = std::clamp<Nanos>(settings.over / 100, kStepRange.min, kStepRange.max);
  if (settings.over / settings.step > kMostSteps)
    reading.error(step != nullptr ? *step : *over, "Prometheus answers at most 11,000 points",
                  "use a longer \"step\"");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  settings->prometheus = read_prometheus(reading);
  if (const config::Node* query = reading.require("query", "write it like query: 'sum(up{job=\"shop\"})'")) {
    settings->query = reading.text(*query, "query").value_or("");
    if (settings->query.empty()) reading.error(*query, "\"query\" is empty", "write an expression of PromQL");
  }
  if (const config::Node* expect = reading.require("expect", "write it like expect: \">= 3\""))
    config::assign(settings->bound, read_number_bound(reading, *expect, "expect"));
  read_time(reading, *settings);
  if (const config::Node* node = reading.find("on_empty"))
    config::assign(settings->on_empty, config::read_choice(reading.context, *node, "on_empty", kOutcomes));
  if (const config::Node* node = reading.find("on_nan"))
    config::assign(settings->on_nan, config::read_choice(reading.context, *node, "on_nan", kOutcomes));
  return settings;
}

// ---- what is asked: a range is a subquery, so that Prometheus' own clock decides what "now" is. Its points
// lie at whole steps, so what is now is asked as well.
std::string range_of(const Settings& settings) {
  return fmt::format("({})[{}:{}]", settings.query, promql_duration(settings.over),
                     promql_duration(settings.step));
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (!so_far.empty()) return {};
  std::vector<client::Ask> asks;
  if (settings.over > Nanos(0)) asks.push_back(query_ask(settings.prometheus, range_of(settings)));
  asks.push_back(query_ask(settings.prometheus, settings.query));
  return asks;
}

// ---- what it shows
class SeriesJudge {
 public:
  SeriesJudge(const Settings& settings, const std::vector<PromSeries>& all, Judgement& judgement)
      : settings_(settings), all_(all), judgement_(judgement) {}

  void judge() {
    const std::string expected =
        settings_.bound.shown +
        (settings_.over > Nanos(0) ? " throughout the last " + format_duration(settings_.over) : "");
    for (const PromSeries& series : all_) look_at(series);
    if (nan_ > 0)
      judgement_.add(
          settings_.on_nan, "NaN", "a number",
          fmt::format("NaN in {} of {} points: there was nothing to compute it from", nan_, points_));
    judge_time();
    if (points_ == nan_) return;
    judgement_.require(bad_ == 0, "value", expected, bad_ == 0 ? seen() : shown_);
    if (bad_ > kShownSeries)
      judgement_.add(ProbeState::fail, "value", expected, fmt::format("{} series in all", bad_));
  }

 private:
  // A series may come and go; where all of them together are younger than the time, nobody knows what was
  // before.
  void judge_time() {
    if (settings_.over == Nanos(0)) return;
    const auto known = Nanos(static_cast<std::int64_t>((last_s_ - first_s_) * 1e9));
    if (known + 2 * settings_.step >= settings_.over) return;
    judgement_.add(settings_.on_empty, "time", format_duration(settings_.over) + " with data",
                   "data of " + format_duration(known) + " only");
  }

  // The first point that does not hold speaks for its series.
  void look_at(const PromSeries& series) {
    const PromPoint* bad = nullptr;
    for (const PromPoint& point : series.points) {
      ++points_;
      first_s_ = std::min(first_s_, point.at_s);
      last_s_ = std::max(last_s_, point.at_s);
      if (std::isnan(point.value)) {
        ++nan_;
        continue;
      }
      least_ = std::min(least_, point.value);
      most_ = std::max(most_, point.value);
      if (bad == nullptr && !settings_.bound.holds(point.value)) bad = &point;
    }
    if (bad == nullptr || ++bad_ > kShownSeries) return;
    const std::string name = series.labels.empty() ? "" : " of " + labels_text(series.labels);
    shown_ += fmt::format("{}{}{}", shown_.empty() ? "" : "; ", bad->value, name);
  }

  std::string seen() const {
    const std::string series = all_.size() == 1 ? "" : fmt::format(" in {} series", all_.size());
    return least_ == most_ ? fmt::format("{}{}", least_, series)
                           : fmt::format("{} to {}{}", least_, most_, series);
  }

  const Settings& settings_;
  const std::vector<PromSeries>& all_;
  Judgement& judgement_;
  std::size_t points_ = 0, nan_ = 0, bad_ = 0;
  double least_ = HUGE_VAL, most_ = -HUGE_VAL, first_s_ = HUGE_VAL, last_s_ = -HUGE_VAL;
  std::string shown_;
};

// Points of the same labels are of one series.
void add(const std::vector<PromSeries>& found, std::vector<PromSeries>& series) {
  for (const PromSeries& one : found) {
    if (one.points.empty()) continue;
    const auto known = std::find_if(series.begin(), series.end(),
                                    [&](const PromSeries& other) { return other.labels == one.labels; });
    if (known == series.end()) {
      series.push_back(one);
    } else {
      known->points.insert(known->points.end(), one.points.begin(), one.points.end());
    }
  }
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  std::vector<PromSeries> series;
  for (const auto& [ask, answer] : all) {
    if (judgement.no_witness(ask, answer)) return judgement;
    const Read<PromResult> found = read_query(*answer.http());
    if (!found) {
      judgement.could_not(ask.label, std::string(found.error()));
      return judgement;
    }
    add(found->series, series);
  }
  if (series.empty()) {
    judgement.add(settings.on_empty, "value", settings.bound.shown,
                  settings.over > Nanos(0) ? "no series: nothing of that name is there, or was in that time"
                                           : "no series: nothing of that name is there now");
    return judgement;
  }
  SeriesJudge(settings, series, judgement).judge();
  if (series.size() == 1 && series[0].points.size() == 1)
    judgement.note({"promql_value", series[0].points[0].value, {}});
  return judgement;
}

}  // namespace

const Kind kPromql{.form = {.name = "promql", .keys = kKeys, .read = read, .needs_url = false},
                   .purpose = "a query of Prometheus has the expected value",
                   .next = next,
                   .judge = judge};

}  // namespace assay::probes
