#include "cli/measure_text.h"

#include <fmt/format.h>

#include <cmath>

#include "base/units.h"
#include "reports/number_text.h"

namespace assay::cli {

bool is_error_rate(std::string_view metric) { return metric == "error_rate"; }

std::string level_text(std::string_view metric, double level) {
  return is_error_rate(metric) ? reports::value_text(level, Unit::ratio)
                               : reports::value_text(std::exp(level), Unit::nanoseconds);
}

std::string change_text(std::string_view metric, double change) {
  if (metric == "throughput") return reports::change_text(std::expm1(-change), Unit::per_second);
  return is_error_rate(metric) ? reports::change_text(change, Unit::ratio)
                               : reports::change_text(std::expm1(change), Unit::nanoseconds);
}

std::string deviation_text(std::string_view metric, double spread) {
  return is_error_rate(metric) ? format_points(spread) : format_ratio(std::expm1(spread));
}

std::string load_text(double seconds, double requests_per_s) {
  return fmt::format("{} s at {}", format_number(seconds), format_rate(requests_per_s));
}

}  // namespace assay::cli
