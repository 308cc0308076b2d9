// What separate runs of one service say together, when runs differ by more than the noise inside them: an
// instance lands on another node, a cache starts otherwise. Each run gives an estimate y_i with the standard
// error s_i of its inside; y_i = mean + b_i + e_i, where b_i has the unknown standard deviation tau.
//
// All values are on the scale on which a margin is a distance: the log of a quantile (0.0953 is +10 %), or an
// error rate. Pure functions. Sources: Paule and Mandel (1982) for tau; Higgins, Thompson and Spiegelhalter
// (2009) for the prediction of a further run with t on n - 2 degrees of freedom.
#pragma once
#include <cstddef>
#include <limits>
#include <optional>
#include <span>

namespace assay::stats {

struct RunEstimate {
  double value = 0;
  double standard_error = 0;  // of the inside of the run; not negative, 0 is allowed
};

// Variance between runs (tau^2) that makes the runs' weighted squares as large as expected; 0 when the noise
// inside the runs explains all. With a known mean (0 for the differences of A/A runs) pass it, else it is
// estimated too. At least two runs, one if the mean is known; else 0.
double variance_between(std::span<const RunEstimate> runs, std::optional<double> known_mean = std::nullopt);

// What a candidate is compared with, and how much a run may differ from another without any change.
struct Reference {
  double value = 0;
  double variance = 0;  // of `value`
  double between = 0;   // tau^2
  double freedom = 0;   // with which `between` is known

  double tau() const;
};

// The mean of earlier runs. `valid` are all runs that were worth something, whatever their verdict: only they
// show how far runs scatter. `passing` are those that were promoted: only they may move the mean. At least
// three valid runs and one passing, else nothing.
std::optional<Reference> stored_reference(std::span<const RunEstimate> valid,
                                          std::span<const RunEstimate> passing);

// One run that was chosen as the yardstick, against slow drift of the mean. At least three valid runs.
std::optional<Reference> pinned_reference(std::span<const RunEstimate> valid, const RunEstimate& pinned);

struct PredictionTest {
  double difference = 0;  // candidate minus reference
  double standard_error = 0;
  double freedom = 0;
  double p_pass = 1, p_fail = 1;  // of "the true difference is at least the margin", "at most the margin"
  double low = 0, high = 0;       // of the true difference, each one-sided at alpha
  double detectable = 0;          // smallest true harm that fails four times in five
  double passing = 0;             // largest true difference that passes four times in five; below 0: even
                                  // identical code passes less often than that
  // Candidate runs with which identical code would pass four times in five; infinite where the reference
  // alone is too uncertain.
  double runs_needed = std::numeric_limits<double>::infinity();
};

// `candidate`: one run or several, each with an instance of its own. For a pinned reference the margin is
// twice that of the gate.
PredictionTest test_against(const Reference& reference, std::span<const RunEstimate> candidate, double margin,
                            double alpha);

// What two instances of one build differ by although nothing changed, as the variance of their difference
// (2 tau_inst^2), learned from A/A runs that each placed their instances anew.
struct PlacementSpread {
  double variance = 0;  // of candidate minus baseline
  double freedom = 0;   // number of A/A runs behind it

  double tau_instance() const;  // standard deviation of one instance
};

// From the difference that each A/A run measured (its true mean is 0), with its standard error. At least
// `kFewestPlacements` runs, else nothing.
inline constexpr std::size_t kFewestPlacements = 5;
std::optional<PlacementSpread> placement_spread(std::span<const RunEstimate> aa_differences);

}  // namespace assay::stats
