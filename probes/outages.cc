#include "probes/outages.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace assay::probes {
namespace {

constexpr std::size_t kMostOutages = 200;  // that are kept one by one
// Causes come from the target, which must not fill the result with them.
constexpr std::size_t kMostCauses = 20;

enum class Says : std::uint8_t { good, failed, nothing };

Says verdict_of(const Tick& tick) {
  switch (tick.state) {
    case ProbeState::pass:
    case ProbeState::warn:
      return Says::good;
    case ProbeState::fail:
      return Says::failed;
    case ProbeState::error:
    case ProbeState::skip:
      break;
  }
  return Says::nothing;
}

// A tick, or a stretch of failures of the load: one of the pointers is set.
struct Sample {
  Says says = Says::nothing;
  Nanos start{0}, end{0};
  const Tick* tick = nullptr;
  const LoadFailures* load = nullptr;
};

// A good sample goes before a failed one of the same moment: the outage began after it.
bool earlier(const Sample& a, const Sample& b) {
  return a.start != b.start ? a.start < b.start : a.says < b.says;
}

std::vector<Sample> samples_of(std::span<const Tick> ticks, std::span<const LoadFailures> load,
                               const ProbeSeries& series) {
  std::vector<Sample> samples;
  samples.reserve(ticks.size() + load.size());
  for (const Tick& tick : ticks)
    samples.push_back({verdict_of(tick), tick.due, std::max(tick.due, tick.ended), &tick, nullptr});
  const Nanos begin = series.start, end = series.start + series.length;
  for (const LoadFailures& failures : load) {
    // What happened before the first tick or after the last is not told by this series.
    if (failures.until < begin || failures.from > end) continue;
    const Nanos from = std::max(failures.from, begin);
    samples.push_back(
        {Says::failed, from, std::clamp(failures.until, from, std::max(from, end)), nullptr, &failures});
  }
  std::stable_sort(samples.begin(), samples.end(), earlier);
  return samples;
}

void count_cause(ProbeOutage& outage, std::string_view cause, std::uint64_t count) {
  std::string name(cause.empty() ? "failed" : cause);
  if (outage.causes.size() >= kMostCauses && !outage.causes.contains(name)) name = "other";
  outage.causes[std::move(name)] += count;
}

std::string phase_at(std::span<const PhaseMark> marks, Nanos moment) {
  const PhaseMark* last = nullptr;
  for (const PhaseMark& mark : marks)
    if (mark.at <= moment && (last == nullptr || mark.at >= last->at)) last = &mark;
  return last == nullptr ? "" : last->name;
}

// Walks over samples in order of their start and writes the outages into a series.
class OutageFinder {
 public:
  OutageFinder(ProbeSeries& series, std::span<const PhaseMark> marks) : series_(series), marks_(marks) {}

  void see(const Sample& sample) {
    if (sample.says == Says::failed) {
      failed(sample);
    } else if (sample.says == Says::good && sample.start >= load_fails_until_) {
      close(sample.start);
      last_good_end_ = sample.end;
    }
  }

  void end() { close(std::nullopt); }

 private:
  void failed(const Sample& sample) {
    if (!open_) open(sample.start);
    open_->last_failed = std::max(open_->last_failed, sample.end);
    if (sample.load != nullptr) {
      load_fails_until_ = std::max(load_fails_until_, sample.end);
      count_cause(*open_, kLoadCause, sample.load->requests);
      return;
    }
    open_->from_load = false;
    ++open_->ticks;
    count_cause(*open_, sample.tick->cause, 1);
  }

  void open(Nanos moment) {
    open_.emplace();
    open_->first_failed = moment;
    open_->last_failed = moment;
    // A slow good tick may have ended after the next one had begun to fail.
    if (last_good_end_) open_->good_before = std::min(*last_good_end_, moment);
    open_->phase = phase_at(marks_, moment);
    open_->from_load = true;  // until a tick fails
  }

  void close(std::optional<Nanos> good_after) {
    if (!open_) return;
    open_->good_after = good_after;
    open_->last_failed = std::min(open_->last_failed, outage_end(*open_, series_));
    const Nanos length = at_most(*open_, series_);
    series_.down += length;
    series_.longest_outage = std::max(series_.longest_outage, length);
    if (++series_.outages_in_all <= kMostOutages) series_.outages.push_back(*std::move(open_));
    open_.reset();
  }

  ProbeSeries& series_;
  std::span<const PhaseMark> marks_;
  std::optional<ProbeOutage> open_;
  std::optional<Nanos> last_good_end_;
  Nanos load_fails_until_ = Nanos::min();
};

void count_ticks(std::span<const Tick> ticks, ProbeSeries& series) {
  series.ticks = ticks.size();
  for (const Tick& tick : ticks) {
    const Says says = verdict_of(tick);
    series.failed += says == Says::failed ? 1 : 0;
    series.errors += says == Says::nothing ? 1 : 0;
    series.stale_retries += tick.stale_retry ? 1 : 0;
  }
}

// The smallest value that at least this share of all does not exceed.
Nanos quantile(std::span<const Nanos> sorted, std::uint64_t percent) {
  const std::size_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

void measure_time(std::span<const Tick> ticks, ProbeSeries& series) {
  if (ticks.empty()) return;
  std::vector<Nanos> lateness;
  Nanos end = Nanos::min();
  series.start = ticks[0].due;
  for (const Tick& tick : ticks) {
    lateness.push_back(std::max(Nanos(0), tick.started - tick.due));
    series.start = std::min(series.start, tick.due);
    end = std::max({end, tick.due, tick.ended});
  }
  series.length = end - series.start;
  std::sort(lateness.begin(), lateness.end());
  series.lateness_p50 = quantile(lateness, 50);
  series.lateness_p99 = quantile(lateness, 99);
  series.lateness_max = lateness.back();
}

}  // namespace

ProbeSeries series_of(std::span<const Tick> ticks, TickPlan plan, std::span<const PhaseMark> marks,
                      std::span<const LoadFailures> load) {
  ProbeSeries series;
  series.connection = std::move(plan.connection);
  series.interval = plan.interval;
  series.timeout = plan.timeout;
  count_ticks(ticks, series);
  measure_time(ticks, series);
  if (ticks.empty()) return series;
  OutageFinder finder(series, marks);
  for (const Sample& sample : samples_of(ticks, load, series)) finder.see(sample);
  finder.end();
  return series;
}

}  // namespace assay::probes
