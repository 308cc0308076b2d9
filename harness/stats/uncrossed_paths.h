// Where a Brownian path can be at each look of a run if it crossed no bound at the looks before: the
// recursion of Armitage, McPherson and Rowe (1969), integrated by Gauss's rule in panels. Looks at a run make
// such a path of a test: z * sqrt(fraction), with one unit of variance over the whole run. Internal to stats;
// one thread at a time.
#pragma once
#include <vector>

namespace assay::stats {

class UncrossedPaths {
 public:
  // All paths start at `start` and rise by `drift` a unit of time. `finest_step`: the shortest time between
  // two looks; it sets how fine the panels are.
  UncrossedPaths(double start, double drift, double finest_step);

  // The chance that a path is still there now and above `bound` after `step`.
  double crossing(double bound, double step) const;

  // The bound for which that chance is `chance`; infinity if no bound is rare enough.
  double bound_for(double chance, double step) const;

  // Goes on by `step` and drops the paths that are above `bound` then.
  void advance(double step, double bound);

 private:
  double density(double position, double step) const;

  double start_, drift_, panel_;
  double elapsed_ = 0;
  std::vector<double> position_, weight_;  // of the paths that are left; the weights are chances
};

}  // namespace assay::stats
