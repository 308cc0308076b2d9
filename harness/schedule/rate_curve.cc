#include "schedule/rate_curve.h"

#include <algorithm>
#include <cmath>

namespace assay::schedule {

RateCurve::RateCurve(double start_per_s, const std::vector<Stage>& stages) {
  double rate = start_per_s, arrivals = 0;
  for (const Stage& stage : stages) {
    const double length_s = seconds(stage.length);
    if (length_s > 0) {
      pieces_.push_back({seconds(length_), length_s, rate, (stage.end_per_s - rate) / length_s, arrivals});
      arrivals += pieces_.back().arrivals(length_s);
      length_ += stage.length;
    }
    rate = stage.end_per_s;
  }
}

Nanos RateCurve::length() const { return length_; }

double RateCurve::peak_per_s() const {
  double peak = 0;
  for (const Piece& p : pieces_) peak = std::max({peak, p.start_rate, p.start_rate + p.slope * p.length_s});
  return peak;
}

double RateCurve::rate_at(Nanos at) const {
  for (const Piece& p : pieces_) {
    const double into = seconds(at) - p.start_s;
    if (into < p.length_s) return p.start_rate + p.slope * std::max(into, 0.0);
  }
  return 0;
}

double RateCurve::arrivals_until(Nanos at) const {
  double arrivals = 0;
  for (const Piece& p : pieces_) {
    const double into = seconds(at) - p.start_s;
    if (into > 0) arrivals = p.arrivals_before + p.arrivals(std::min(into, p.length_s));
  }
  return arrivals;
}

Nanos RateCurve::time_of(double arrivals) const {
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), arrivals,
                                      [](double n, const Piece& p) { return n < p.arrivals_before; });
  const Piece& p = after == pieces_.begin() ? pieces_.front() : *(after - 1);
  const double n = arrivals - p.arrivals_before;
  const double root = std::sqrt(std::max(p.start_rate * p.start_rate + 2 * p.slope * n, 0.0));
  const double divisor = p.start_rate + root;
  const double into = divisor > 0 ? std::min(2 * n / divisor, p.length_s) : 0;
  return Nanos{std::llround((p.start_s + into) * 1e9)};
}

}  // namespace assay::schedule
