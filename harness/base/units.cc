#include "base/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace assay {
namespace {

struct UnitName {
  std::string_view name;
  double factor;
};

constexpr std::array<UnitName, 7> kDurations{
    {{"d", 86400e9}, {"h", 3600e9}, {"m", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}}};
constexpr std::array<UnitName, 9> kSizes{{{"B", 1},
                                          {"kB", 1e3},
                                          {"MB", 1e6},
                                          {"GB", 1e9},
                                          {"TB", 1e12},
                                          {"KiB", 1024},
                                          {"MiB", 1048576},
                                          {"GiB", 1073741824},
                                          {"TiB", 1099511627776}}};
constexpr std::array<UnitName, 3> kPeriods{{{"s", 1}, {"m", 60}, {"h", 3600}}};
constexpr std::array<UnitName, 3> kThousands{{{"", 1}, {"k", 1e3}, {"M", 1e6}}};

constexpr std::string_view kDurationExample = "write it like 250ms, 2s or 1m30s";
constexpr std::string_view kSizeExample = "write it like 512B, 64KiB or 1MB";
constexpr std::string_view kRateExample = "write it like 200/s, 1k/s or 90/m";

Unexpected<std::string> because(std::string reason) { return Unexpected<std::string>(std::move(reason)); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes digits with an optional fraction from the front; no sign, no exponent, at most 15 digits.
std::optional<double> take_number(std::string_view& text) {
  std::size_t length = 0, points = 0;
  while (length < text.size() && ((text[length] >= '0' && text[length] <= '9') || text[length] == '.')) {
    points += text[length] == '.' ? 1U : 0U;
    ++length;
  }
  if (length == 0 || points > 1 || text[0] == '.' || text[length - 1] == '.' || length > 16)
    return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + length, value);
  if (error != std::errc() || end != text.data() + length) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

std::string_view take_letters(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && ((text[length] | 0x20) >= 'a' && (text[length] | 0x20) <= 'z')) ++length;
  const std::string_view letters = text.substr(0, length);
  text.remove_prefix(length);
  return letters;
}

const UnitName* find_unit(std::span<const UnitName> units, std::string_view name) {
  for (const UnitName& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// "12.3" from 12.345: three significant digits, trailing zeros and a bare point removed.
std::string three_digits(double value) {
  if (value == 0 || !std::isfinite(value)) return value == 0 ? "0" : "unbounded";
  const int magnitude = static_cast<int>(std::floor(std::log10(std::fabs(value))));
  const int decimals = std::clamp(2 - magnitude, 0, 12);
  const double step = std::pow(10.0, 2 - magnitude);
  std::array<char, 352> buffer{};
  const double rounded = magnitude >= 3 ? std::round(value) : std::round(value * step) / step;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded,
                                 std::chars_format::fixed, decimals);
  std::string text(buffer.data(), end.ptr);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string scaled(double value, std::span<const UnitName> ascending) {
  const UnitName* best = &ascending.front();
  for (const UnitName& unit : ascending) {
    // 999.5 of a unit would be written as 1000 of it: take the next one.
    if (value >= unit.factor * 0.9995) best = &unit;
  }
  return three_digits(value / best->factor) + std::string(best->name);
}

// From a minute on, two neighbouring units say more than a fraction: "2m30s", "1h5m".
std::string long_duration(std::int64_t total_seconds) {
  constexpr std::array<std::pair<std::int64_t, char>, 4> kSteps{
      {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}}};
  std::string text;
  int written = 0;
  for (const auto& [length, letter] : kSteps) {
    const std::int64_t count = total_seconds / length;
    total_seconds %= length;
    if (count > 0) text += std::to_string(count) + letter;
    if ((count > 0 || written > 0) && ++written == 2) break;
  }
  return text;
}

}  // namespace

Parsed<Nanos> parse_duration(std::string_view text) {
  text = trimmed(text);
  const std::string whole = quoted(text);
  if (text.empty()) return because("a duration is missing: " + std::string(kDurationExample));
  double total = 0, previous = std::numeric_limits<double>::infinity();
  while (!text.empty()) {
    const std::optional<double> number = take_number(text);
    if (!number) return because(whole + " is not a duration: " + std::string(kDurationExample));
    const std::string_view name = take_letters(text);
    if (name.empty()) return because(whole + " has no unit: " + std::string(kDurationExample));
    const UnitName* unit = find_unit(kDurations, name);
    if (unit == nullptr)
      return because(quoted(name) + " is not a unit of time: use ns, us, ms, s, m, h or d");
    if (unit->factor >= previous)
      return because(whole + " mixes its units: write the larger unit first, each once");
    previous = unit->factor;
    total += *number * unit->factor;
  }
  if (total > 9.0e18) return because(whole + " is longer than 285 years");
  return Nanos(std::llround(total));
}

Parsed<std::uint64_t> parse_size(std::string_view text) {
  text = trimmed(text);
  const std::string whole = quoted(text);
  const std::optional<double> number = take_number(text);
  if (!number) return because(whole + " is not a size: " + std::string(kSizeExample));
  const std::string_view name = trimmed(text);
  if (name.empty()) return because(whole + " has no unit: " + std::string(kSizeExample));
  const UnitName* unit = find_unit(kSizes, name);
  if (unit == nullptr)
    return because(quoted(name) + " is not a unit of size: use B, kB, MB, GB, TB, KiB, MiB, GiB or TiB");
  const double bytes = *number * unit->factor;
  if (bytes > 9.0e15) return because(whole + " is too large");
  if (bytes != std::floor(bytes)) return because(whole + " is not a whole number of bytes");
  return static_cast<std::uint64_t>(bytes);
}

Parsed<double> parse_rate(std::string_view text) {
  text = trimmed(text);
  const std::string whole = quoted(text);
  const std::optional<double> number = take_number(text);
  if (!number) return because(whole + " is not a rate: " + std::string(kRateExample));
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return because(whole + " has no unit: " + std::string(kRateExample));
  const UnitName* thousands = find_unit(kThousands, trimmed(text.substr(0, slash)));
  if (thousands == nullptr) return because(whole + " is not a rate: " + std::string(kRateExample));
  const UnitName* period = find_unit(kPeriods, trimmed(text.substr(slash + 1)));
  if (period == nullptr)
    return because(whole + " is not a rate: a rate is per second (/s), minute (/m) or hour (/h)");
  return *number * thousands->factor / period->factor;
}

Parsed<double> parse_data_rate(std::string_view text) {
  text = trimmed(text);
  if (!text.ends_with("/s"))
    return because(quoted(text) + " is not a data rate: write it like 512KiB/s or 1MB/s");
  Parsed<std::uint64_t> bytes = parse_size(text.substr(0, text.size() - 2));
  if (!bytes) return because(std::move(bytes).error());
  return static_cast<double>(*bytes);
}

Parsed<double> parse_ratio(std::string_view text) {
  text = trimmed(text);
  const std::string whole = quoted(text);
  const std::optional<double> number = take_number(text);
  if (!number) return because(whole + " is not a share: write it like 1% or 0.25%");
  if (trimmed(text).empty()) return because(whole + " has no unit: write it like 1% or 0.25%");
  if (trimmed(text) == "pp")
    return because(whole + " is a difference in percentage points: a share is written like 1%");
  if (trimmed(text) != "%") return because(whole + " is not a share: write it like 1% or 0.25%");
  return *number / 100;
}

Parsed<double> parse_points(std::string_view text) {
  text = trimmed(text);
  const std::string whole = quoted(text);
  const std::optional<double> number = take_number(text);
  if (!number) return because(whole + " is not a difference of shares: write it like 0.25pp or 1pp");
  if (trimmed(text) != "pp")
    return because(whole + " is not in percentage points: write it like 0.25pp or 1pp");
  return *number / 100;
}

std::string format_duration(Nanos duration) {
  constexpr std::array<UnitName, 4> kShort{{{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}};
  if (duration == Nanos::zero()) return "0s";
  const double ns = std::abs(static_cast<double>(duration.count()));  // the least has no counterpart
  const std::string length =
      ns < 59.95e9 ? scaled(ns, kShort) : long_duration(static_cast<std::int64_t>(std::llround(ns / 1e9)));
  return duration < Nanos::zero() ? "-" + length : length;
}

std::string format_size(double bytes) {
  constexpr std::array<UnitName, 5> kBinary{
      {{"B", 1}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}, {"TiB", 1099511627776}}};
  return scaled(bytes, kBinary);
}

std::string format_rate(double per_second) { return three_digits(per_second) + "/s"; }
std::string format_data_rate(double bytes_per_second) { return format_size(bytes_per_second) + "/s"; }
std::string format_ratio(double ratio) { return three_digits(ratio * 100) + "%"; }
std::string format_points(double difference) { return three_digits(difference * 100) + "pp"; }
std::string format_p_value(double p) {
  constexpr double kSmall = 1e-4;
  std::array<char, 32> text{};
  const auto done =
      p < kSmall ? std::to_chars(text.data(), text.data() + text.size(), p, std::chars_format::scientific, 0)
                 : std::to_chars(text.data(), text.data() + text.size(), p, std::chars_format::general, 2);
  return {text.data(), done.ptr};
}

std::string format_number(double value) { return three_digits(value); }

std::string format_count(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace assay
