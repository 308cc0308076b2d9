// A comparison that may be watched for as long as anybody likes, and stopped whenever it has decided: for
// soaks without a planned end. Time is cut into blocks, each giving one log ratio of the arms. If the
// candidate's times divided by e^r behave like the baseline's, block ratios are symmetric about r given the
// past, and then exp(lambda x - lambda^2 x^2/2) with x = ratio - r is a supermartingale whatever the noise
// (de la Pena 1999). Its average over a half-normal lambda (the one-sided normal mixture of Howard, Ramdas,
// McAuliffe and Sekhon 2021) exceeds 1/alpha in at most alpha of all runs, ever; for r below the tested
// margin too, since the sum of a pair f(x1) + f(x2) with x1 + x2 <= 0 is at most 2.
//
// For quantiles and tail5. Error rates have no block statistic that is symmetric at a margin of so many
// points: where errors are rare, the arm with more of them is also the more skewed one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/latency_shift.h"
#include "stats/slot_values.h"

namespace assay::stats {

// How slots become blocks.
struct BlockRule {
  std::size_t slots = 1;              // in one block
  std::uint64_t fewest_requests = 1;  // of either arm, else the block is left out

  double seconds(double slot_seconds) const { return slot_seconds * static_cast<double>(slots); }
};

// Blocks as long as neighbours must be to differ by more than the noise they share (see kCorrelationTimes),
// and for thin traffic long enough for the metric. `per_second`: requests of each arm.
BlockRule block_rule(const ShiftMetric& metric, double slot_seconds, double correlation_seconds,
                     double per_second);

// The blocks' log ratios of one metric, from slots as they come. One thread at a time.
class BlockRatios {
 public:
  BlockRatios(const ShiftMetric& metric, const BlockRule& rule);

  // The next slot of the run. A block with too few requests is left out: that follows from how many were sent
  // and to whom, never from how long they took, so it favours nobody.
  void add(const SlotValues& slot);

  std::span<const double> ratios() const { return ratios_; }
  std::size_t left_out() const { return left_out_; }

 private:
  void close_block();

  ShiftMetric metric_;
  BlockRule rule_;
  std::size_t slots_ = 0;  // in the open block
  LogValues candidate_, baseline_;
  std::vector<double> ratios_;
  std::size_t left_out_ = 0;
};

struct ShiftEvidence {
  // These blocks set the scale, and are no evidence: it must be fixed before.
  static constexpr std::size_t kPilotBlocks = 8;

  std::size_t blocks = 0;                 // seen, with the pilot
  double pass_log_e = 0, fail_log_e = 0;  // as they stand
  double pass_most = 0,
         fail_most = 0;   // the largest so far: p-values that hold at all times are e to their minus
  double decides_at = 0;  // log e-value
  // After how many blocks a side was proven, 0 if it was not. It stays proven, whatever comes after.
  std::size_t passed_after = 0, failed_after = 0;
};

// PASS rejects "the shift is at least `margin`", FAIL "at most"; each is wrong in at most `alpha` of all
// runs, however long they are watched. Several metrics: all must have passed, at alpha each; FAIL at alpha
// divided by their number. The margin must not move once evidence is gathered: where it has an absolute
// floor, take the baseline's quantile from the pilot.
ShiftEvidence watch_shift(std::span<const double> ratios, double margin, double alpha);

// Log of the one-sided mixture for the sum and the sum of squares of symmetric x (> 0 in favour), tuned to
// `rho`.
double log_symmetric_mixture(double sum, double squares, double rho);

}  // namespace assay::stats
