// The one step of a search for changes: the stretch of a series of runs that differs most from the rest of
// it, and how often chance would make one as different. Internal to stats/change_points, which says where the
// formulas are from.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "base/random.h"
#include "stats/random_effects.h"

namespace assay::stats {

// Which stretches are looked at: from some run to the end, or with runs of the rest on both sides.
enum class ChangeShape : unsigned char { step, episode };

struct Stretch {
  std::size_t from = 0, until = 0;  // of the runs; both 0: nothing differs
  double squared_t = 0;
};

class ChangeScan {
 public:
  explicit ChangeScan(std::span<const RunEstimate> runs);

  // With `correlation` between neighbours (0 to below 1) each stretch counts less by what that adds to the
  // variance.
  Stretch strongest(ChangeShape shape, double correlation = 0);
  // Of a stretch as strong, in any order of the runs; 1 as soon as it cannot be at most `level`.
  double p_value(ChangeShape shape, double squared_t, double level, Random& random) const;
  // Lag-1, of what is left when each part's mean is taken out; corrected upwards. `begins`: of the second
  // part and those after it.
  double correlation(std::span<const std::size_t> begins) const;

 private:
  struct Scored {
    double score = 0, weight = 1;
  };

  void add_up();
  double squared_t(std::size_t from, std::size_t until) const;
  double inflation(std::size_t from, std::size_t until, double correlation) const;

  std::vector<Scored> runs_;
  std::vector<double> weights_, sums_;  // of the runs before each
  double total_ = 0;                    // weighted squares around the mean
};

}  // namespace assay::stats
