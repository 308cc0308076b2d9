// What a comparison can tell, before it is run and after: the smallest harm it finds, the largest it lets
// pass, and how often identical versions pass. Formulas: sections 1.5 and 1.7 of the verdict method
// (harness/verdict/README.md). Shifts and margins are log ratios, or differences of rates. Pure functions.
#pragma once

namespace assay::stats {

// What people plan with: four times in five.
inline constexpr double kUsualPower = 0.8;

// From the margin to the truth at which a test at level alpha decides with this power, in standard errors:
// 2.49 for 5 % and 80 %.
double planning_distance(double alpha, double power = kUsualPower);

// That of which an interval is made, each end of which holds at level alpha.
double standard_error_of(double low, double high, double alpha);

// A run sees with confidence only what happens about three times within it.
inline constexpr double kOccurrencesSeen = 3;

// How sharply one comparison sees, summed up in one standard error.
struct Precision {
  double standard_error = 0;
  double margin = 0;
  double alpha = 0.05;  // each side

  double smallest_detectable() const;
  double largest_passing() const;  // below 0: not even identical versions pass four times in five
  double chance_to_pass(double truth = 0) const;
  // The multiple of the evidence (time at the same rate) with which `truth` is decided four times in five;
  // infinite where it lies on the margin.
  double evidence_needed(double truth = 0) const;
};

// The multiple of the rate that is worth `evidence` times the time, when `slow_share` of the variance does
// not shrink with the rate; infinite where no rate is.
double rate_needed(double evidence, double slow_share);

}  // namespace assay::stats
