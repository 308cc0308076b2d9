#include "rivals/independent_intervals.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "rivals/point_estimate.h"
#include "stats/distributions.h"
#include "stats/slot_values.h"

namespace assay::statistics {
namespace {

constexpr double kAlpha = 0.05;

// The value that q of all are below, the candidate's lowered by `shift`.
double pooled_quantile(const stats::LogValues& candidate, const stats::LogValues& baseline, double shift,
                       double q) {
  const double wanted = q * static_cast<double>(candidate.requests + baseline.requests);
  double seen = 0;
  std::size_t c = 0, b = 0;
  while (c < candidate.values.size() || b < baseline.values.size()) {
    const bool take_candidate =
        b == baseline.values.size() ||
        (c < candidate.values.size() && candidate.values[c].log_ns - shift <= baseline.values[b].log_ns);
    const auto& next = take_candidate ? candidate.values[c++] : baseline.values[b++];
    seen += next.count;
    if (seen >= wanted) return take_candidate ? next.log_ns - shift : next.log_ns;
  }
  return 0;
}

double share_above(const stats::LogValues& times, double threshold) {
  double above = 0;
  for (const auto& value : times.values)
    if (value.log_ns > threshold) above += value.count;
  return above / static_cast<double>(times.requests);
}

}  // namespace

double independent_p(const stats::Histogram& candidate, const stats::Histogram& baseline, double q,
                     double ratio) {
  const auto mine = stats::LogValues::from(candidate), theirs = stats::LogValues::from(baseline);
  const double shift = std::log(ratio);
  const double level = pooled_quantile(mine, theirs, shift, q);
  const double difference = share_above(mine, level + shift) - share_above(theirs, level);
  const double variance =
      q * (1 - q) * (1 / static_cast<double>(mine.requests) + 1 / static_cast<double>(theirs.requests));
  return stats::normal_cdf(difference / std::sqrt(variance));
}

Answer by_independent_intervals(const verdict::ArmSeries& run) {
  std::vector<double> p_fail;
  bool all_pass = true;
  for (const auto& each : kQuantileMargins) {
    const double p = independent_p(run.arm(Arm::candidate).all, run.arm(Arm::baseline).all, each.quantile,
                                   1 + each.margin);
    all_pass = all_pass && p <= kAlpha;
    p_fail.push_back(1 - p);
  }
  const auto proven = stats::holm_rejects(p_fail, kAlpha);
  if (std::find(proven.begin(), proven.end(), true) != proven.end()) return Answer::fail;
  return all_pass ? Answer::pass : Answer::undecided;
}

}  // namespace assay::statistics
