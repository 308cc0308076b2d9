#include "probes/http_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "match/answer.h"
#include "probes/expectation.h"

namespace assay::probes {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Everything that is not a letter, a digit, a colon or a byte above ASCII separates the parts.
std::vector<std::string_view> parts_of(std::string_view text) {
  const auto separates = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return byte < 127 && !letter && !is_digit(c) && c != ':';
  };
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && !separates(text[end])) ++end;
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// A number of `least` to `most` digits at the start of `text`, taken off it; -1: there is none.
int take_number(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  if (length < least || length > most) return -1;
  int value = -1;
  std::from_chars(text.data(), text.data() + length, value);
  text.remove_prefix(length);
  return value;
}

struct Moment {
  int hour = -1, minute = -1, second = -1;
  int day = -1, month = -1, year = -1;
};

bool take_time(std::string_view part, Moment& moment) {
  std::array<int, 3> fields{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && !part.starts_with(':')) return false;
    if (i > 0) part.remove_prefix(1);
    fields[i] = take_number(part, 1, 2);
    if (fields[i] < 0) return false;
  }
  moment.hour = fields[0], moment.minute = fields[1], moment.second = fields[2];
  return true;
}

int month_of(std::string_view part) {
  constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (part.size() < 3) return -1;
  const std::size_t at = kMonths.find(match::lower_case(part.substr(0, 3)));
  return at == std::string_view::npos || at % 3 != 0 ? -1 : static_cast<int>(at / 3) + 1;
}

int full_year(int year) {
  if (year >= 70 && year <= 99) return year + 1900;
  return year >= 0 && year < 70 ? year + 2000 : year;
}

// Each part fills the first field that is still open and that it fits.
void take(std::string_view part, Moment& moment) {
  if (moment.hour < 0 && take_time(part, moment)) return;
  std::string_view rest = part;
  if (moment.day < 0 && (moment.day = take_number(rest, 1, 2)) >= 0) return;
  if (moment.month < 0 && (moment.month = month_of(part)) >= 0) return;
  rest = part;
  if (moment.year < 0) moment.year = full_year(take_number(rest, 2, 4));
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  Moment moment;
  for (const std::string_view part : parts_of(text)) take(part, moment);
  const bool time = moment.hour >= 0 && moment.hour <= 23 && moment.minute <= 59 && moment.second <= 60;
  if (!time || moment.year < 1601 || moment.month < 1 || moment.day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(moment.year),
                                         std::chrono::month(static_cast<unsigned>(moment.month)),
                                         std::chrono::day(static_cast<unsigned>(moment.day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(moment.hour) + std::chrono::minutes(moment.minute) +
         std::chrono::seconds(moment.second);
}

std::chrono::sys_seconds time_of(const client::Answer& answer) {
  const auto ours = std::chrono::floor<std::chrono::seconds>(answer.started_wall);
  if (answer.http() == nullptr) return ours;
  return parse_http_date(header_value(*answer.http(), "date")).value_or(ours);
}

Nanos between(std::chrono::sys_seconds from, std::chrono::sys_seconds to) {
  constexpr std::chrono::seconds kMost(1LL << 31);
  return std::clamp<std::chrono::seconds>(to - from, -kMost, kMost);
}

}  // namespace assay::probes
