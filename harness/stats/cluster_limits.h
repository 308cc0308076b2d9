// Limits of the difference of two rates of events that come in clusters, such as errors or stalls: MOVER (Zou
// and Donner 2008) from Garwood's exact Poisson limits (1936) of each arm's number of clusters, which need
// not be whole. Section 1.9 of the verdict method (harness/verdict/README.md). Pure functions.
#pragma once
#include "stats/slow_noise.h"

namespace assay::stats {

struct ClusterLimits {
  double candidate = 0, baseline = 0;            // clusters
  double candidate_unit = 0, baseline_unit = 0;  // the rate of one cluster of that arm
  UnseenVariance unseen = {};                    // of the difference of rates

  double difference() const { return candidate * candidate_unit - baseline * baseline_unit; }
  // Of candidate minus baseline; each one-sided at alpha.
  double high(double alpha) const;
  double low(double alpha) const;

  // The smallest alpha at which the limit excludes that the difference is `margin` or more (or less); 1 where
  // none up to a half does.
  double p_below(double margin) const;
  double p_above(double margin) const;
};

}  // namespace assay::stats
