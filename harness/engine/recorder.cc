#include "engine/recorder.h"

#include <algorithm>
#include <utility>

namespace assay::engine {
namespace {

constexpr std::size_t kClasses = 6;
constexpr std::size_t kSeriesPerStep = kArmCount * kClasses * 2;

std::size_t position(const SeriesKey& key) {
  const std::size_t arm = static_cast<std::size_t>(key.arm);
  return key.step * kSeriesPerStep + (arm * kClasses + key.status_class) * 2 + (key.failed ? 1 : 0);
}

}  // namespace

Recorder::Recorder(std::size_t steps, TimePoint start, Nanos slot_length)
    : start_(start), slot_length_(slot_length), table_(steps * kSeriesPerStep), failed_times_(start) {}

void Recorder::record(const Sample& sample) {
  if (!sample.judged) {
    ++warm_up_requests_;
    if (sample.outcome != Outcome::ok) ++warm_up_errors_;
    return;
  }
  OpenSeries& s = series(sample);
  ++s.count;
  ++s.outcomes[static_cast<std::size_t>(sample.outcome)];
  s.bytes_sent += sample.bytes_sent;
  s.bytes_received += sample.bytes_received;

  const Nanos response = sample.done - sample.intended;
  const Nanos service = sample.was_sent ? sample.done - sample.sent : Nanos{-1};
  const Nanos lag = sample.was_sent ? sample.sent - sample.intended : response;
  if (sample.connect > Nanos{0}) record_time(s, Metric::connect, sample.connect);
  if (sample.tls > Nanos{0}) record_time(s, Metric::tls, sample.tls);
  if (sample.first_byte > Nanos{0}) record_time(s, Metric::first_byte, sample.first_byte);

  const auto slot = std::max<Nanos::rep>((sample.intended - start_) / slot_length_, 0);
  s.slots.record(static_cast<std::uint32_t>(slot), {response.count(), service.count(), lag.count()});
}

void Recorder::record_failure(const Sample& sample, std::string_view detail, std::string_view location) {
  failed_times_.record(sample);  // an outage is one while warming up, too
  if (!sample.judged) return;
  auto& example = failures_[{sample.step, sample.arm, sample.outcome}];
  if (example.count++ > 0) return;
  example.step = sample.step;
  example.arm = sample.arm;
  example.outcome = sample.outcome;
  example.detail = detail;
  example.location = location;
}

TimePoint Recorder::taken_until(TimePoint now) const {
  const auto over = std::max<Nanos::rep>((now - start_) / slot_length_ - 1, 0);
  return start_ + over * slot_length_;
}

std::vector<RecordedSlot> Recorder::take_slots(TimePoint now) {
  const auto end = static_cast<std::uint32_t>((taken_until(now) - start_) / slot_length_);
  std::vector<RecordedSlot> taken;
  for (const auto& entry : table_) {
    if (!entry) continue;
    for (SeriesSlot& slot : entry->slots.take_before(end)) taken.push_back({entry->key, std::move(slot)});
  }
  return taken;
}

Recorder::Recorded Recorder::take() {
  Recorded recorded{{}, {}, failed_times_.take(), warm_up_requests_, warm_up_errors_};
  for (auto& entry : table_)
    if (entry) recorded.series.push_back(close(*entry));
  std::sort(recorded.series.begin(), recorded.series.end(),
            [](const Series& a, const Series& b) { return a.key < b.key; });
  for (auto& [key, example] : failures_) recorded.failures.push_back(std::move(example));
  return recorded;
}

Recorder::OpenSeries& Recorder::series(const Sample& sample) {
  const SeriesKey key{sample.step, sample.arm, sample.status_class, sample.outcome != Outcome::ok};
  auto& entry = table_[position(key)];
  if (!entry) {
    entry = std::make_unique<OpenSeries>();
    entry->key = key;
  }
  return *entry;
}

void Recorder::record_time(OpenSeries& series, Metric metric, Nanos time) {
  auto& histogram = series.times[static_cast<std::size_t>(metric) - kSlotMetricCount];
  if (!histogram) histogram = std::make_unique<stats::DenseHistogram>();
  histogram->record(time.count());
}

Series Recorder::close(OpenSeries& open) {
  Series closed;
  closed.key = open.key;
  closed.count = open.count;
  closed.outcomes = open.outcomes;
  closed.bytes_sent = open.bytes_sent;
  closed.bytes_received = open.bytes_received;
  closed.slots = open.slots.take();
  add_up_slots(closed);
  for (std::size_t m = kSlotMetricCount; m < kMetricCount; ++m)
    if (open.times[m - kSlotMetricCount]) open.times[m - kSlotMetricCount]->drain_into(closed.times[m]);
  return closed;
}

}  // namespace assay::engine
