#include "probes/probe_scale_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "config/values.h"
#include "probes/replica_source.h"
#include "probes/tick_order.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"path",       "header", "json",   "body",      "connections", "promql",
                                      "kubernetes", "reach",  "within", "not_below", "max_step"};
constexpr config::WholeRange kCount{1, kMostReplicas};
constexpr config::DurationRange kWithinRange{std::chrono::milliseconds(1), std::chrono::hours(24)};
constexpr std::size_t kShownChanges = 20;

struct Settings final : config::ProbeSettings {
  ReplicaSource source;
  std::optional<std::uint64_t> reach, not_below, max_step;
  Nanos within{0};  // of `reach`, since the first tick
};

std::optional<std::uint64_t> read_count(const config::ProbeReading& reading, std::string_view key) {
  const config::Node* node = reading.find(key);
  if (node == nullptr) return std::nullopt;
  return config::read_whole(reading.context, *node, key, kCount);
}

void read_within(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* reach = reading.find("reach");
  const config::Node* within = reading.find("within");
  if (within != nullptr)
    config::assign(settings.within, config::read_duration(reading.context, *within, "within", kWithinRange));
  if (reach != nullptr && within == nullptr)
    reading.error(*reach, "\"reach\" needs the time in which it must happen", "add within: 60s");
  if (reach == nullptr && within != nullptr)
    reading.error(*within, "\"within\" says when, and nothing says what", "add reach: 6");
  if (settings.reach && settings.not_below && *settings.not_below > *settings.reach)
    reading.error(*reading.find("not_below"), "\"not_below\" is more than \"reach\"",
                  "then the number would be reached before it begins");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  settings->reach = read_count(reading, "reach");
  settings->not_below = read_count(reading, "not_below");
  settings->max_step = read_count(reading, "max_step");
  read_within(reading, *settings);
  if (!reading.find("reach") && !reading.find("not_below") && !reading.find("max_step"))
    reading.error(*reading.find("kind"), "this probe expects nothing",
                  "write reach: 6 and within: 60s, not_below: 3 or max_step: 2");
  settings->source =
      read_replica_source(reading, std::max(settings->reach.value_or(1), settings->not_below.value_or(1)));
  require_repetition(reading);
  return settings;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  return probe.settings<Settings>().source.next(probe, so_far);
}

// A tick only counts; what the number should be is a matter of time.
Judgement judge(const Probe& probe, Exchanges all) {
  Judgement judgement;
  const std::optional<ReplicaCount> count = probe.settings<Settings>().source.count(all, judgement);
  if (!count) return judgement;
  judgement.add(ProbeState::pass, "instances", "", count->shown);
  judgement.note({std::string(kReplicasMeasure), static_cast<double>(count->ready), {}});
  return judgement;
}

struct Look {
  Nanos due{0}, ended{0};
  std::uint64_t count = 0;
  std::uint64_t before = 0;  // the count of the look before; of the first, its own
  bool after_gap = false;    // ticks in between could not count

  std::uint64_t step() const { return std::max(count, before) - std::min(count, before); }
};

struct Course {
  std::vector<Look> looks;
  Nanos begin{0}, end{0};  // of all ticks
};

Course course_of(std::span<const Tick> ticks) {
  Course course;
  const std::vector<const Tick*> order = in_order(ticks);
  if (!order.empty()) course.begin = course.end = order.front()->due;
  bool gap = false;
  for (const Tick* tick : order) {
    course.end = std::max(course.end, tick->ended);
    const Measure* measure = find_measure(*tick, kReplicasMeasure);
    gap = gap || measure == nullptr;
    if (measure == nullptr) continue;
    const auto count = static_cast<std::uint64_t>(measure->number);
    const std::uint64_t before = course.looks.empty() ? count : course.looks.back().count;
    course.looks.push_back({tick->due, tick->ended, count, before, gap});
    gap = false;
  }
  return course;
}

bool fewer(const Look& a, const Look& b) { return a.count < b.count; }

class ScaleJudge {
 public:
  ScaleJudge(const Settings& settings, const Course& course, Judgement& judgement)
      : settings_(settings), course_(course), judgement_(judgement) {}

  void judge() {
    if (course_.looks.empty()) return judgement_.could_not("instances over time", "no tick could count them");
    if (settings_.reach) judge_reach();
    if (settings_.not_below) judge_fewest();
    if (settings_.max_step) judge_steps();
    tell();
  }

 private:
  // The upper bound counts: a number is there when a tick has shown it. Where nobody could count in the
  // meantime, it may have been there in time.
  void judge_reach() {
    const auto& looks = course_.looks;
    const auto reached = std::find_if(looks.begin(), looks.end(),
                                      [&](const Look& look) { return look.count >= *settings_.reach; });
    const Nanos deadline = course_.begin + settings_.within;
    const std::string what = "scale-out";
    const std::string expected =
        fmt::format("{} instances within {}", *settings_.reach, format_duration(settings_.within));
    if (reached == looks.end()) return judge_not_reached(what, expected, deadline);
    const std::string observed =
        fmt::format("{} after {}", reached->count, format_duration(reached->ended - course_.begin));
    const bool last_before_deadline = reached == looks.begin() || std::prev(reached)->due < deadline;
    if (reached->ended > deadline && reached->after_gap && last_before_deadline)
      return judgement_.could_not(what, observed + ", and the ticks before that could not count");
    judgement_.require(reached->ended <= deadline, what, expected, observed);
  }

  void judge_not_reached(const std::string& what, const std::string& expected, Nanos deadline) {
    const auto& looks = course_.looks;
    const auto most = std::max_element(looks.begin(), looks.end(), fewer);
    const std::string observed =
        fmt::format("{} at most, in {}", most->count, format_duration(course_.end - course_.begin));
    const bool cut_short = looks.back().ended < deadline;
    if (cut_short)
      return judgement_.could_not(what,
                                  observed + "; it was not counted for " + format_duration(settings_.within));
    judgement_.require(false, what, expected, observed);
  }

  void judge_fewest() {
    const auto& looks = course_.looks;
    const auto fewest = std::min_element(looks.begin(), looks.end(), fewer);
    judgement_.require(fewest->count >= *settings_.not_below, "fewest instances",
                       fmt::format("at least {}", *settings_.not_below),
                       fmt::format("{} at {}", fewest->count, moment_text(fewest->due)));
  }

  // Across ticks that could not count, several steps may look like one.
  void judge_steps() {
    const Look* largest = &course_.looks[0];
    const Look* unclear = nullptr;
    for (const Look& look : course_.looks) {
      if (look.after_gap && look.step() > *settings_.max_step) unclear = &look;
      if (!look.after_gap && look.step() > largest->step()) largest = &look;
    }
    const auto text = [](const Look& look) {
      return fmt::format("from {} to {} at {}", look.before, look.count, moment_text(look.due));
    };
    if (unclear != nullptr && largest->step() <= *settings_.max_step)
      return judgement_.could_not("largest step",
                                  text(*unclear) + ", and the ticks before that could not count");
    judgement_.require(largest->step() <= *settings_.max_step, "largest step",
                       fmt::format("at most {} from one tick to the next", *settings_.max_step),
                       largest->step() == 0 ? "none" : text(*largest));
  }

  void tell() {
    std::string told = std::to_string(course_.looks[0].count);
    std::size_t changes = 0;
    for (const Look& look : course_.looks) {
      if (look.step() == 0) continue;
      if (++changes <= kShownChanges) told += fmt::format(", at {} {}", moment_text(look.due), look.count);
    }
    if (changes > kShownChanges) told += fmt::format(" and {} more changes", changes - kShownChanges);
    judgement_.add(ProbeState::pass, "instances over time", "", std::move(told));
  }

  const Settings& settings_;
  const Course& course_;
  Judgement& judgement_;
};

void over_time(const Probe& probe, std::span<const Tick> ticks, const LoadFacts&, Judgement& judgement) {
  const Course course = course_of(ticks);
  ScaleJudge(probe.settings<Settings>(), course, judgement).judge();
}

}  // namespace

const Kind kScaleOut{.form = {.name = "scale-out",
                              .keys = kKeys,
                              .read = read,
                              .needs_url = false,
                              .usual_phase = ProbePhase::during},
                     .purpose = "the number of instances follows the load, in time and step by step",
                     .next = next,
                     .judge = judge,
                     .over_time = over_time,
                     .new_connections = true};

}  // namespace assay::probes
