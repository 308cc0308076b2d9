// The intended arrival rate of an open load shape: piecewise linear over time. Pure functions; times count
// from the start of the shape.
#pragma once
#include <vector>

#include "base/clock.h"

namespace assay::schedule {

class RateCurve {
 public:
  // Starts at `start_per_s`; each stage moves the rate linearly to `end_per_s` within `length`.
  struct Stage {
    double end_per_s = 0;
    Nanos length{0};
  };
  RateCurve() = default;  // no length, no arrivals
  RateCurve(double start_per_s, const std::vector<Stage>& stages);
  static RateCurve constant(double per_s, Nanos length) { return {per_s, {{per_s, length}}}; }

  Nanos length() const;
  double peak_per_s() const;
  double rate_at(Nanos at) const;
  // Expected arrivals in [0, at): the integral of the rate.
  double arrivals_until(Nanos at) const;
  double total() const { return arrivals_until(length()); }
  // The inverse: when the integral reaches `arrivals` (>= 0, < total()). With a linear rate r(t) = a + b t
  // the integral is a t + b t^2 / 2, solved for t in the form that does not cancel: t = 2 n / (a + sqrt(a^2 +
  // 2 b n)).
  Nanos time_of(double arrivals) const;

 private:
  struct Piece {
    double start_s, length_s;  // seconds
    double start_rate, slope;  // 1/s, 1/s^2
    double arrivals_before;    // integral up to start_s
    double arrivals(double seconds) const { return (start_rate + 0.5 * slope * seconds) * seconds; }
  };
  std::vector<Piece> pieces_;
  Nanos length_{0};
};

}  // namespace assay::schedule
