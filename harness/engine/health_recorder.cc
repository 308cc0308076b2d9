#include "engine/health_recorder.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace assay::engine {
namespace {

Nanos thread_cpu() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds{t.tv_sec} + Nanos{t.tv_nsec};
}

}  // namespace

HealthRecorder::HealthRecorder(TimePoint start) : second_start_(start) {}

void HealthRecorder::request_started() { peak_in_flight_ = std::max(peak_in_flight_, ++in_flight_); }

void HealthRecorder::request_ended(const Sample& sample) {
  --in_flight_;
  ++current_.completed;
  count(sample);
}

void HealthRecorder::request_shed(const Sample& sample) {
  ++current_.shed;
  count(sample);
}

void HealthRecorder::count(const Sample& sample) {
  const auto arm = static_cast<std::size_t>(sample.arm);
  ++current_.arms[arm].requests;
  if (sample.outcome != Outcome::ok) ++current_.arms[arm].errors;
  response_times_[arm].record((sample.done - sample.intended).count());
}

WorkerSecond HealthRecorder::close_second(TimePoint end, const Gauges& gauges) {
  current_.length = end - second_start_;
  current_.in_flight = in_flight_;
  current_.waiting = gauges.waiting;
  current_.sockets = gauges.sockets;
  current_.warming_up = gauges.warming_up;
  const Nanos cpu = thread_cpu();
  current_.cpu = cpu - cpu_before_;
  cpu_before_ = cpu;
  lag_.drain_into(current_.dispatch_lag);
  for (std::size_t arm = 0; arm < kArmCount; ++arm)
    response_times_[arm].drain_into(current_.arms[arm].response_time);

  WorkerSecond closed = std::exchange(current_, {});
  current_.second = closed.second + 1;
  second_start_ = end;
  seconds_.push_back(closed);
  for (ArmSecond& arm : seconds_.back().arms) arm.response_time = {};
  return closed;
}

}  // namespace assay::engine
