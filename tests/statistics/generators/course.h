// What a service's surroundings do to its times in the course of a run: a log factor for every tenth of a
// second, made of slow drift and of bursts. Two instances may share one course, have their own, or both.
#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

#include "generators/draws.h"

namespace assay::statistics {

// A stationary Ornstein-Uhlenbeck process: its values lose their memory within about `seconds`.
struct Drift {
  double deviation = 0;  // of the log factor
  double seconds = 1;
};

// Exponential gaps and lengths, both by their means in seconds.
struct Bursts {
  double gap = 60, length = 1, factor = 1;
};

class Course {
 public:
  static constexpr double kStep = 0.1;  // seconds

  explicit Course(double seconds) : log_factors_(static_cast<std::size_t>(seconds / kStep) + 2) {}

  void add(const Drift& drift, Draws& draws);
  void add(const Bursts& bursts, Draws& draws);
  void add(const Course& other);

  double log_factor(double at) const {
    return log_factors_[std::min(log_factors_.size() - 1, static_cast<std::size_t>(at / kStep))];
  }

 private:
  std::vector<double> log_factors_;
};

}  // namespace assay::statistics
