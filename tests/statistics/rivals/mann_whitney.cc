#include "rivals/mann_whitney.h"

#include <cmath>

#include "stats/distributions.h"

namespace assay::statistics {
namespace {

constexpr double kLevel = 0.05;

}  // namespace

double rank_sum_deviate(const stats::Histogram& candidate, const stats::Histogram& baseline) {
  const auto n = static_cast<double>(candidate.count()), m = static_cast<double>(baseline.count());
  if (n == 0 || m == 0) return 0;
  const auto mine = candidate.buckets(), theirs = baseline.buckets();
  double won = 0, tied_cubes = 0, below = 0;  // pairs in which the candidate is slower, a tie counts half
  auto b = theirs.begin();
  const auto add_tied = [&](double together) { tied_cubes += together * (together * together - 1); };
  for (const auto& bucket : mine) {
    for (; b != theirs.end() && b->index < bucket.index; ++b) {
      below += static_cast<double>(b->count);
      add_tied(static_cast<double>(b->count));
    }
    const bool shared = b != theirs.end() && b->index == bucket.index;
    const double equal = shared ? static_cast<double>(b->count) : 0;
    const auto count = static_cast<double>(bucket.count);
    won += count * (below + equal / 2);
    add_tied(count + equal);
    if (shared) {
      below += equal;
      ++b;
    }
  }
  for (; b != theirs.end(); ++b) add_tied(static_cast<double>(b->count));
  const double all = n + m;
  const double variance = n * m / 12 * (all + 1 - tied_cubes / (all * (all - 1)));
  if (variance <= 0) return 0;
  const double excess = won - n * m / 2;
  const double continuity = excess > 0 ? 0.5 : excess < 0 ? -0.5 : 0;
  return (excess - continuity) / std::sqrt(variance);
}

Answer by_mann_whitney(const verdict::ArmSeries& run) {
  const double deviate = rank_sum_deviate(run.arm(Arm::candidate).all, run.arm(Arm::baseline).all);
  return failed_if(stats::normal_cdf(-deviate) < kLevel);
}

}  // namespace assay::statistics
