#include "generators/course.h"

#include <cmath>

namespace assay::statistics {

void Course::add(const Drift& drift, Draws& draws) {
  const double kept = std::exp(-kStep / drift.seconds);
  const double fresh = drift.deviation * std::sqrt(1 - kept * kept);
  double value = drift.deviation * draws.normal();
  for (double& log_factor : log_factors_) {
    log_factor += value;
    value = kept * value + fresh * draws.normal();
  }
}

void Course::add(const Bursts& bursts, Draws& draws) {
  const double log_factor = std::log(bursts.factor);
  const double end = kStep * static_cast<double>(log_factors_.size());
  for (double start = draws.exponential(bursts.gap); start < end;) {
    const double length = draws.exponential(bursts.length);
    const auto first = static_cast<std::size_t>(start / kStep);
    const auto last = std::max(first + 1, static_cast<std::size_t>((start + length) / kStep));
    for (std::size_t i = first; i < std::min(last, log_factors_.size()); ++i) log_factors_[i] += log_factor;
    start += length + draws.exponential(bursts.gap);
  }
}

void Course::add(const Course& other) {
  for (std::size_t i = 0; i < log_factors_.size(); ++i) log_factors_[i] += other.log_factors_[i];
}

}  // namespace assay::statistics
