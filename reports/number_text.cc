#include "reports/number_text.h"

#include <algorithm>
#include <cmath>

namespace assay::reports {

std::string duration_text(double nanoseconds) { return format_duration(Nanos(std::llround(nanoseconds))); }

std::string value_text(double value, Unit unit) {
  switch (unit) {
    case Unit::nanoseconds:
      return duration_text(value);
    case Unit::ratio:
      return format_ratio(value);
    case Unit::per_second:
      return format_rate(value);
    case Unit::count:
      return format_count(static_cast<std::uint64_t>(std::max(0.0, value)));
    case Unit::bytes:
      return format_size(value);
    case Unit::log_ratio:
      return format_ratio(std::expm1(value));
    case Unit::none:
      break;
  }
  return format_number(value);
}

std::string change_text(double change, Unit unit) {
  constexpr double kTenfold = 9;
  if (unit != Unit::ratio && change >= kTenfold) return "x" + format_number(1 + change);
  // A tenth of a per cent, a hundredth of a point: more digits than that are noise.
  const double step = unit == Unit::ratio ? 1e-4 : 1e-3;
  const double rounded = std::round(change / step) * step;
  return (rounded < 0 ? "-" : "+") + margin_text(std::abs(rounded), unit);
}

std::string margin_text(double margin, Unit unit) {
  return unit == Unit::ratio ? format_points(margin) : format_ratio(margin);
}

}  // namespace assay::reports
