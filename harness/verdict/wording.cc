#include "verdict/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/units.h"

namespace assay::verdict {
namespace {

double without_minus_zero(double value, double steps) { return std::round(value * steps) / steps + 0.0; }

// A size without its sign, to `digits` decimals where that matters.
std::string magnitude(double size, int digits, std::string_view unit) {
  auto text = fmt::format("{:.{}f}", size, digits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + std::string(unit);
}

std::string size_of_change(double ratio) {
  constexpr double kMeaningless = 10;
  return ratio >= kMeaningless ? "more than 1000 %" : magnitude(std::fabs(ratio) * 100, 1, " %");
}

std::string size_of_difference(double difference) { return magnitude(std::fabs(difference) * 100, 2, " pp"); }

// Both ends with the words for their sides; one word where both lie on one side.
template <class Size>
std::string range_text(double low, double high, const Size& size, std::string_view worse,
                       std::string_view better) {
  if (low < 0 && high > 0) return fmt::format("{} {} to {} {}", size(low), better, size(high), worse);
  const auto near = size(high > 0 ? low : high), far = size(high > 0 ? high : low);
  const auto word = high > 0 ? worse : better;
  return near == far ? fmt::format("{} {}", near, word) : fmt::format("{} to {} {}", near, far, word);
}

}  // namespace

std::string change_range(double low, double high) {
  return range_text(low, high, size_of_change, "slower", "faster");
}

std::string points_range(double low, double high) {
  return range_text(low, high, size_of_difference, "higher", "lower");
}

std::string rate_range(double low, double high) {
  return range_text(low, high, size_of_change, "higher", "lower");
}

std::string signed_percent(double ratio) {
  if (ratio >= 10) return fmt::format("+{:.0f} %", ratio * 100);
  return fmt::format("{:+.1f} %", without_minus_zero(ratio * 100, 10));
}

std::string signed_points(double difference) {
  return fmt::format("{:+.2f} pp", without_minus_zero(difference * 100, 100));
}

std::string nanoseconds_text(double ns) { return format_duration(Nanos{std::llround(ns)}); }

std::string percent(double ratio) { return format_number(ratio * 100) + " %"; }

std::string points(double difference) { return format_number(difference * 100) + " pp"; }

std::string rough_duration(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", std::max(1.0, std::ceil(seconds)));
  if (seconds < 90 * 60) return fmt::format("{:.0f} min", std::ceil(seconds / 60));
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return format_count(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string in_unit(double value, Unit unit) {
  switch (unit) {
    case Unit::nanoseconds:
      return nanoseconds_text(value);
    case Unit::ratio:
      return percent(value);
    case Unit::per_second:
      return format_rate(value);
    case Unit::bytes:
      return format_size(value);
    default:
      return format_number(value);
  }
}

std::string threshold_value(const config::ThresholdSpec& threshold, double value) {
  using config::Aggregate;
  switch (threshold.aggregate) {
    case Aggregate::quantile:
    case Aggregate::max:
    case Aggregate::mean:
      return nanoseconds_text(value);
    case Aggregate::rate:
      return format_rate(value);
    case Aggregate::count:
      return format_count(static_cast<std::uint64_t>(value));
    case Aggregate::error_rate:
    case Aggregate::check_rate:
      return percent(value);
    case Aggregate::received:
      return format_data_rate(value);
    case Aggregate::server_metric:
      return in_unit(value, threshold.unit);
  }
  return format_number(value);
}

}  // namespace assay::verdict
