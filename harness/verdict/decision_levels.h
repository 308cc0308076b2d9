// Up to which p-values the comparisons decide: alpha where a run is judged once, at its end; less at each of
// several looks, so that the chance of a wrong decision over all of them is still alpha. Plain data.
#pragma once
#include <vector>

namespace assay::verdict {

struct DecisionLevels {
  double pass = 0;           // a metric passes with a p_pass up to this
  std::vector<double> fail;  // for Holm's procedure: element k - 1 while k metrics are not rejected yet
  bool looked_at = false;    // several looks
};

}  // namespace assay::verdict
