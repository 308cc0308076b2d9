// Scales of charts: where a value stands on an axis, and which values are worth a mark. Arithmetic only;
// nothing is drawn here. Pure.
#pragma once
#include <vector>

#include "base/clock.h"

namespace assay::reports {

class Scale {
 public:
  static Scale linear(double low, double high) { return {low, high, false}; }
  // Both ends above 0.
  static Scale logarithmic(double low, double high) { return {low, high, true}; }

  // 0 at the low end, 1 at the high end; values beyond them stand at the end. An axis without extent puts
  // everything in its middle.
  double position(double value) const;

  double low() const { return low_; }
  double high() const { return high_; }
  bool is_logarithmic() const { return logarithmic_; }

 private:
  Scale(double low, double high, bool logarithmic) : low_(low), high_(high), logarithmic_(logarithmic) {}

  double low_, high_;
  bool logarithmic_;
};

// A linear scale from 0 over all values up to `highest`, its end a round number.
Scale scale_from_zero(double highest);
// A logarithmic scale over both, its ends round numbers at least twice apart.
Scale scale_around(double lowest, double highest);

// Round numbers on the scale, both ends included where they are round; at most `most` (at least 2).
std::vector<double> ticks(const Scale& scale, int most);

// From 0 on, in steps that people use for time: 1, 2, 5, 10, 15, 30 s and so on to days.
std::vector<Nanos> time_ticks(Nanos end, int most);

}  // namespace assay::reports
