// Up to which p-values the comparisons decide: alpha where a run is judged once, at its end; less at each of
// several looks, so that the chance of a wrong decision over all of them is still alpha. Plain data; pure
// function.
#pragma once
#include <cstddef>
#include <vector>

namespace assay::verdict {

struct DecisionLevels {
  double pass = 0;           // a metric passes with a p_pass up to this
  std::vector<double> fail;  // for Holm's procedure: element k - 1 while k metrics are not rejected yet
  bool looked_at = false;    // several looks
};

inline DecisionLevels judged_once(double alpha, std::size_t metrics) {
  DecisionLevels levels{alpha, {}};
  for (std::size_t left = 1; left <= metrics; ++left)
    levels.fail.push_back(alpha / static_cast<double>(left));
  return levels;
}

}  // namespace assay::verdict
