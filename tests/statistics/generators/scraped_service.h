// What a Prometheus would have of two versions of a service under production's own traffic: requests, errors
// and a histogram of times for each block. The traffic is not split evenly, and each instance has slow noise
// of its own.
#pragma once
#include <cstdint>
#include <vector>

#include "model/server_metric.h"

namespace assay::statistics {

struct ScrapedService {
  std::size_t blocks = 40;
  double block_s = 15;
  double candidate_per_s = 50, baseline_per_s = 50;
  double own_drift = 0;  // of the log of times: standard deviation of each arm's own, lasting `own_seconds`
  double own_seconds = 5;
  double slower = 1;               // the candidate's times by so much
  double error_rate = 0.005;       // of the baseline
  double excess = 0;               // of the candidate's error rate
  double shared_outage_share = 0;  // of errors, in outages of both arms (a fifth of 5 s)

  static const std::vector<double>& bounds();  // of the histogram, in nanoseconds

  ServerMetric quantile(double q, std::uint64_t seed) const;
  ServerMetric errors(std::uint64_t seed) const;
  // One value a block: the mean time, in nanoseconds.
  ServerMetric mean(std::uint64_t seed) const;
  // What the histogram tells of the quantile in an endless run without drift, interpolated: the truth that a
  // comparison of histograms is about.
  double true_quantile(double q, double factor) const;
};

}  // namespace assay::statistics
