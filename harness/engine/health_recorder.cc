#include "engine/health_recorder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <optional>
#include <string_view>
#include <utility>

namespace assay::engine {
namespace {

Nanos thread_cpu() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds{t.tv_sec} + Nanos{t.tv_nsec};
}

// How long this thread has waited for a core so far: the second number of its schedstat, in nanoseconds.
std::optional<Nanos> thread_run_delay() {
  const int fd = ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::array<char, 96> buffer{};
  const ssize_t length = ::read(fd, buffer.data(), buffer.size());
  ::close(fd);
  const std::string_view text(buffer.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  std::int64_t delay_ns = 0;
  const auto [end, status] = std::from_chars(text.data() + blank + 1, text.data() + text.size(), delay_ns);
  return status == std::errc() ? std::optional(Nanos{delay_ns}) : std::nullopt;
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
  if (sample.outcome != Outcome::ok) count_failure(sample);
  response_times_[arm].record((sample.done - sample.intended).count());
}

void HealthRecorder::count_failure(const Sample& sample) {
  ++current_.arms[static_cast<std::size_t>(sample.arm)].errors;
  switch (sample.outcome) {
    case Outcome::status:
    case Outcome::check:
    case Outcome::extract:
    case Outcome::shed:  // not among the completed
      return;
    case Outcome::no_local_port:
      ++current_.no_port;
      break;
    case Outcome::no_file:
      ++current_.no_file;
      break;
    default:
      break;
  }
  ++current_.unanswered;
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
  if (const auto delay = thread_run_delay())
    current_.run_delay = *delay - std::exchange(run_delay_before_, *delay);
  lag_.drain_into(current_.dispatch_lag);
  for (std::size_t arm = 0; arm < kArmCount; ++arm)
    response_times_[arm].drain_into(current_.arms[arm].response_time);

  WorkerSecond closed = std::exchange(current_, {});
  current_.second = closed.second + 1;
  second_start_ = end;
  return closed;
}

}  // namespace assay::engine
