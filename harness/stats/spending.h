// Looks at a run before its end: how small a p-value must be at each look so that the chance of a wrong
// decision, over all looks together, is what one look at the end would have. The error is spent by a function
// of the elapsed fraction (Lan and DeMets 1983), so looks may come at any fractions: early for FAIL (Pocock's
// type, alpha ln(1 + (e-1)t)), late for PASS (O'Brien and Fleming's type, 2 - 2 Phi(z_(1-alpha/2) / sqrt t)):
// abort early, promote late. Pure; immutable after construction.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace assay::stats {

// The chance of a wrong decision that may be used up by `fraction` of the run (0 to 1): alpha at 1.
double spent_early(double alpha, double fraction);
double spent_late(double alpha, double fraction);

// The largest p-values that decide at the looks, one a look, where `spent` is the chance used up by then
// (ascending). A look at which next to nothing may be spent has the bound 0.
std::vector<double> look_bounds(std::span<const double> fractions, std::span<const double> spent);

// One look, as a report shows it.
struct Look {
  std::size_t number = 1, of = 1;
  double fraction = 1;    // of the planned time
  double pass_bound = 0;  // a metric passes with p_pass up to this
  double fail_bound = 0;  // the gate fails with a p_fail up to this (the smallest of all metrics)
  double pass_spent = 0;  // chance of a wrong PASS up to now, exactly at the margin
  double fail_spent = 0;  // the same for a wrong FAIL, over all metrics
};

// How PASS spends. `late` promotes early only what is far better than it must be; `early` gives a run that
// may be extended a fair chance at its planned end, which lies early in the longest run.
enum class PassSpending : std::uint8_t { late, early };

class LookPlan {
 public:
  // `fractions`: of the planned time, ascending, above 0, at least 0.001 apart. The last look spends all that
  // is left, whatever its fraction. Bounds depend on earlier looks only, so a look that came late is planned
  // anew with the fractions that it and those before it really had. `metrics`: how many share the error of
  // FAIL (Holm).
  LookPlan(std::span<const double> fractions, double alpha, std::size_t metrics,
           PassSpending pass = PassSpending::late);

  // Equally spaced; one look is the test at the end.
  static LookPlan equal(std::size_t looks, double alpha, std::size_t metrics);

  std::size_t size() const { return looks_.size(); }
  const Look& operator[](std::size_t index) const { return looks_[index]; }

  // For `holm_rejects`: element k - 1 is the bound of p_fail at this look while k metrics are not rejected
  // yet. It is the bound of a plan with alpha / k, which is smaller than this plan's divided by k.
  std::span<const double> fail_levels(std::size_t index) const { return fail_levels_[index]; }

 private:
  std::vector<Look> looks_;
  std::vector<std::vector<double>> fail_levels_;  // by look
};

}  // namespace assay::stats
