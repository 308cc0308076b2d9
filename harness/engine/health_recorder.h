// Watches the generator itself, second by second: is it keeping up? One worker's thread only; counting
// allocates nothing, closing a second does.
#pragma once
#include <array>
#include <cstdint>

#include "engine/sample.h"
#include "engine/worker_second.h"
#include "stats/histogram.h"

namespace assay::engine {

class HealthRecorder {
 public:
  explicit HealthRecorder(TimePoint start);

  void arrival_due() { ++current_.intended; }
  void iteration_started() { ++current_.started; }
  void request_started();
  void request_ended(const Sample& sample);
  void request_shed(const Sample& sample);
  void arrival_waited() { ++current_.waited; }
  // From the moment when a request was due and a user was free, to its dispatch.
  void dispatched(Nanos lag) { lag_.record(lag.count()); }

  struct Gauges {
    std::uint64_t waiting = 0, sockets = 0;
    bool warming_up = false;
  };
  TimePoint second_ends() const { return second_start_ + Nanos{1'000'000'000}; }
  // Closes the second that began at the last call and starts the next one at `end`.
  WorkerSecond close_second(TimePoint end, const Gauges& gauges);

  std::uint64_t peak_in_flight() const { return peak_in_flight_; }

 private:
  void count(const Sample& sample);
  void count_failure(const Sample& sample);

  WorkerSecond current_;
  TimePoint second_start_;
  Nanos cpu_before_{0}, run_delay_before_{0};
  std::uint64_t in_flight_ = 0, peak_in_flight_ = 0;
  stats::DenseHistogram lag_;
  std::array<stats::DenseHistogram, kArmCount> response_times_;
};

}  // namespace assay::engine
