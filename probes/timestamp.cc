#include "probes/timestamp.h"

#include <cmath>
#include <string>

#include "match/json_text.h"

namespace assay::probes {
namespace {

constexpr double kMilliseconds = 1e11;  // as seconds that would be the year 5138
constexpr double kLatest = 4e12;        // milliseconds: the year 2096; beyond it the clock could overflow

}  // namespace

std::optional<WallTime> parse_json_time(std::string_view value) {
  const match::JsonType type = match::json_type(value);
  if (type == match::JsonType::string) {
    std::string text;
    match::decode_json_string(value, text);
    const Expected<WallTime, std::string> moment = parse_iso_time(text);
    return moment ? std::optional(*moment) : std::nullopt;
  }
  if (type != match::JsonType::integer && type != match::JsonType::number) return std::nullopt;
  const std::optional<double> number = match::number_from(value);
  if (!number || !std::isfinite(*number) || *number < 0 || *number > kLatest) return std::nullopt;
  const double ms = *number < kMilliseconds ? *number * 1e3 : *number;
  return WallTime(std::chrono::milliseconds(std::llround(ms)));
}

}  // namespace assay::probes
