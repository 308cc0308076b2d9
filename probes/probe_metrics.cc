#include "probes/probe_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/suggest.h"
#include "base/units.h"
#include "probes/expectation.h"
#include "probes/exposition_checks.h"
#include "probes/metrics_settings.h"
#include "probes/metrics_walk.h"
#include "probes/scrape.h"

namespace assay::probes {
namespace {

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  return walk_metrics(probe, so_far).next_asks;
}

// A scrape that can be read; else its facts say why it cannot.
std::optional<Exposition> scraped(const Exchange& exchange, Judgement& judgement) {
  const auto& [ask, answer] = exchange;
  if (judgement.trouble(ask, answer)) return std::nullopt;
  Expected<Exposition, std::string> found = read_scrape(*answer.http());
  if (found) return *std::move(found);
  judgement.require(false, ask.label, "metrics for Prometheus", found.error());
  return std::nullopt;
}

void judge_format(const client::HttpAnswer& answer, const Exposition& found, Judgement& judgement) {
  const ExpositionFormat format = exposition_format(answer);
  const bool open = format == ExpositionFormat::openmetrics;
  judgement.require(true, "format", "metrics for Prometheus",
                    fmt::format("{}, {} samples of {} metrics", open ? "OpenMetrics" : "Prometheus text",
                                format_count(found.samples), format_count(found.families.size())));
  const std::string type = header_value(answer, "content-type");
  judgement.advise(is_exposition_type(answer), "content-type", "text/plain or application/openmetrics-text",
                   type.empty() ? "none" : type);
  const auto none = [&](std::string what, const std::vector<std::string>& flaws, std::string expected) {
    judgement.require(flaws.empty(), std::move(what), std::move(expected),
                      flaws.empty() ? "so it is" : first_of(flaws));
  };
  none("series", repeated_series(found), "each series once");
  none("counters", broken_counters(found, format), "numbers from 0 up");
  none("histograms", broken_histograms(found, format),
       "cumulative buckets up to +Inf that agree with the count");
}

std::string near_names(const Exposition& found, const std::string& name) {
  std::vector<std::string> names;
  for (const MetricFamily& family : found.families) names.push_back(family.name);
  const std::string meant = did_you_mean(name, std::span<const std::string>(names));
  return meant.empty() ? "absent" : "absent; " + meant;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "no labels" : text;
}

std::string listed(const std::vector<double>& bounds) {
  std::string text;
  for (const double bound : bounds) text += fmt::format("{}, ", bound);
  return text + "+Inf";
}

void judge_values(const MetricDemand& demand, const MetricFamily& family, Judgement& judgement) {
  const auto outside = [&](const MetricSample& sample) {
    return !(sample.value >= demand.min.value_or(-HUGE_VAL) && sample.value <= demand.max.value_or(HUGE_VAL));
  };
  const auto found = std::find_if(family.samples.begin(), family.samples.end(), outside);
  const bool holds = found == family.samples.end();
  std::string expected = demand.min ? fmt::format("at least {}", *demand.min) : "";
  if (demand.max) expected += fmt::format("{}at most {}", expected.empty() ? "" : " and ", *demand.max);
  judgement.require(holds, "value of " + family.name, expected,
                    holds ? fmt::format("{} series within", family.samples.size())
                          : fmt::format("{} in {}", found->value, series_text(found->name, found->labels)),
                    demand.location);
}

void judge_family(const MetricDemand& demand, const MetricFamily& family, Judgement& judgement) {
  const std::string what = "metric " + family.name;
  if (family.samples.empty()) {
    judgement.require(false, what, "a series", "declared, but without a series: is anything counted yet?",
                      demand.location);
    return;
  }
  judgement.require(true, what, "a series", fmt::format("{} samples", family.samples.size()),
                    demand.location);
  if (demand.type)
    judgement.require(family.type == *demand.type, "type of " + family.name,
                      std::string(kMetricTypes.word(*demand.type)),
                      std::string(kMetricTypes.word(family.type)), demand.location);
  if (demand.labels) {
    const std::string flaw = label_flaw(family, *demand.labels);
    judgement.require(flaw.empty(), "labels of " + family.name, listed(*demand.labels),
                      flaw.empty() ? "exactly these" : flaw, demand.location);
  }
  if (demand.buckets && family.type == MetricType::histogram) {
    const std::string flaw = bucket_flaw(family, *demand.buckets);
    judgement.require(flaw.empty(), "buckets of " + family.name, listed(*demand.buckets),
                      flaw.empty() ? "exactly these" : flaw, demand.location);
  }
  if (demand.min || demand.max) judge_values(demand, family, judgement);
}

void judge_demand(const MetricDemand& demand, const Exposition& found, Judgement& judgement) {
  bool any = false;
  for (const MetricFamily& family : found.families) {
    if (!demand.prefix || !family.name.starts_with(demand.name)) continue;
    judge_family(demand, family, judgement);
    any = true;
  }
  const MetricFamily* family = demand.prefix ? nullptr : found.find(demand.name);
  if (family != nullptr) judge_family(demand, *family, judgement);
  if (any || family != nullptr) return;
  judgement.require(false, "metric " + demand.shown(), "a series",
                    demand.prefix ? "no metric begins like this" : near_names(found, demand.name),
                    demand.location);
}

// Which labels the counter's series do have, where none fits.
std::string absent_series(const CounterChoice& counter, const Exposition& found) {
  for (const MetricFamily& family : found.families)
    for (const MetricSample& sample : family.samples)
      if (sample.name == counter.name)
        return "no such series; there is " + series_text(sample.name, sample.labels);
  return near_names(found, counter.name);
}

std::string moved_text(const MetricMove& move, const CounterMove& moved, const Exposition& after) {
  if (!moved.exists && move.by > 0) return absent_series(move.counter, after);
  if (moved.delta() < 0)
    return fmt::format("a reset from {} to {}: a restart, or another instance answered", moved.before,
                       moved.after);
  std::string text = fmt::format("+{}, from {} to {}", moved.delta(), moved.before, moved.after);
  if (moved.delta() > move.by + move.tolerance) text += "; other traffic or the scrapes may count as well";
  return text;
}

// One fact for all requests without an answer.
void judge_requests(Exchanges requests, Judgement& judgement) {
  const auto broken =
      std::find_if(requests.begin(), requests.end(), [](const Exchange& one) { return !one.answer.ok(); });
  if (broken != requests.end()) judgement.trouble(broken->ask, broken->answer);
}

void judge_move(const MetricMove& move, const MoveTrace& trace, Exchanges all, Judgement& judgement) {
  judge_requests(all.subspan(trace.first_request, static_cast<std::size_t>(move.requests)), judgement);
  Judgement ignored;  // the scrape before this one has been judged as the last one's `after`
  const std::optional<Exposition> before = scraped(all[trace.before], ignored);
  const std::optional<Exposition> after = scraped(all[trace.after], judgement);
  if (!before || !after) return;
  const CounterMove moved = counter_move(move.counter, *before, *after);
  const bool exists = moved.exists || move.by <= 0;
  const bool holds = exists && moved.delta() >= 0 && std::abs(moved.delta() - move.by) <= move.tolerance;
  judgement.require(holds, "counter " + move.counter.shown(),
                    fmt::format("+{}{} by {} requests of {} {}", move.by,
                                move.tolerance > 0 ? fmt::format(" (give or take {})", move.tolerance) : "",
                                move.requests, move.method, move.path),
                    moved_text(move, moved, *after), move.location);
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<MetricsSettings>();
  Judgement judgement;
  const std::optional<Exposition> first = scraped(all[0], judgement);
  if (!first) return judgement;
  judge_format(*all[0].answer.http(), *first, judgement);
  const MetricsWalk walk = walk_metrics(probe, all);
  for (std::size_t i = 0; i < walk.moves.size(); ++i)
    judge_move(settings.moves[i], walk.moves[i], all, judgement);
  // After the requests, because many libraries make a series with its first count.
  Judgement ignored;
  const std::optional<Exposition> last =
      walk.moves.empty() ? first : scraped(all[walk.moves.back().after], ignored);
  if (last)
    for (const MetricDemand& demand : settings.demands) judge_demand(demand, *last, judgement);
  if (settings.load)
    judgement.note({"counter",
                    summed(*first, settings.load->counter.name, settings.load->counter.labels).value_or(0),
                    {}});
  return judgement;
}

const Measure* counter_of(const Tick& tick) {
  for (const Measure& measure : tick.measures)
    if (measure.name == "counter") return &measure;
  return nullptr;
}

// The first value that is below one before it. Ticks may overlap: those that do are not compared.
std::optional<std::string> reset_of(std::span<const Tick> ticks) {
  const Tick* last = nullptr;
  for (const Tick& tick : ticks) {
    const Measure* now = counter_of(tick);
    if (now == nullptr || (last != nullptr && tick.started < last->ended)) continue;
    if (last != nullptr && now->number < counter_of(*last)->number)
      return fmt::format("a reset from {} to {} at {}: a restart, or another instance answered",
                         counter_of(*last)->number, now->number, format_duration(tick.started));
    last = &tick;
  }
  return std::nullopt;
}

// Scrapes under way together with the first or the last one: which of two the target counts first is its own
// affair.
double overlapping(std::span<const Tick> ticks) {
  const auto meets = [](const Tick& a, const Tick& b) { return a.started < b.ended && b.started < a.ended; };
  return static_cast<double>(std::count_if(ticks.begin() + 1, ticks.end() - 1, [&](const Tick& tick) {
    return meets(tick, ticks.front()) || meets(tick, ticks.back());
  }));
}

// Our own scrapes may count or not: both are right, and which it is depends on the labels.
void judge_load(const LoadMatch& match, std::span<const Tick> ticks, const LoadFacts& load,
                Judgement& judgement) {
  const std::string what = "counter " + match.counter.shown();
  const double sent = static_cast<double>(load.requests);
  const double moved = counter_of(ticks.back())->number - counter_of(ticks.front())->number;
  const double scrapes = static_cast<double>(ticks.size() - 1);
  const double slack = match.tolerance * sent;
  const bool alone = std::abs(moved - sent) <= slack;
  const bool with_scrapes = std::abs(moved - sent - scrapes) <= slack + overlapping(ticks);
  std::string observed = fmt::format("+{}", moved);
  if (!alone && with_scrapes) observed += fmt::format(", of which {} by this probe", moved - sent);
  judgement.require(
      alone || with_scrapes, what,
      fmt::format("+{}, the requests of the load, within {}", sent, format_ratio(match.tolerance)), observed);
}

void over_time(const Probe& probe, std::span<const Tick> ticks, const LoadFacts& load, Judgement& judgement) {
  const auto& settings = probe.settings<MetricsSettings>();
  if (!settings.load) return;
  const std::string what = "counter " + settings.load->counter.shown();
  if (!load.known) {
    judgement.add(ProbeState::skip, what, "the requests of the load", "there was no load");
  } else if (ticks.size() < 2 || counter_of(ticks.front()) == nullptr ||
             counter_of(ticks.back()) == nullptr) {
    judgement.could_not(what, "the first or the last scrape failed");
  } else if (const std::optional<std::string> reset = reset_of(ticks)) {
    judgement.require(false, what, "a counter that never drops", *reset);
  } else {
    judge_load(*settings.load, ticks, load, judgement);
  }
}

}  // namespace

const Kind kMetrics{.form = {.name = "metrics", .keys = kMetricsKeys, .read = read_metrics},
                    .purpose = "the metrics can be scraped, are complete, and count what happens",
                    .next = next,
                    .judge = judge,
                    .over_time = over_time};

}  // namespace assay::probes
