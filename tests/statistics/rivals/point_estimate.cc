#include "rivals/point_estimate.h"

#include <algorithm>

namespace assay::statistics {

Answer by_point_estimate(const verdict::ArmSeries& run) {
  const auto& candidate = run.arm(Arm::candidate).all;
  const auto& baseline = run.arm(Arm::baseline).all;
  return failed_if(std::any_of(kQuantileMargins.begin(), kQuantileMargins.end(), [&](const auto& each) {
    return static_cast<double>(candidate.quantile(each.quantile)) >
           (1 + each.margin) * static_cast<double>(baseline.quantile(each.quantile));
  }));
}

}  // namespace assay::statistics
