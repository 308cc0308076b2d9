#include "scenario/set_cookie.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace assay::scenario {
namespace {

using std::chrono::system_clock;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes the text before the separator off the front.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view head = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return head;
}

std::optional<std::chrono::seconds> parse_max_age(std::string_view text) {
  long long seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool all_digits = end == text.data() + text.size() && !text.empty();
  if (!all_digits) return std::nullopt;
  constexpr long long kCentury = 100LL * 366 * 86400;  // keeps sums of time points far from overflow
  if (error == std::errc::result_out_of_range)
    return std::chrono::seconds(text.front() == '-' ? -1 : kCentury);
  if (error != std::errc()) return std::nullopt;
  return std::chrono::seconds(std::clamp(seconds, -1LL, kCentury));
}

void apply_attribute(std::string_view attribute, SetCookie& cookie) {
  std::string_view rest = attribute;
  const std::string name = lowered(trim(take_until(rest, '=')));
  const std::string_view value = trim(rest);
  if (name == "secure") cookie.secure = true;
  if (name == "max-age") {
    if (const auto age = parse_max_age(value)) cookie.max_age = age;
  }
  if (name == "expires") {
    if (const auto date = parse_cookie_date(value)) cookie.expires = date;
  }
  if (name == "path") cookie.path = value.starts_with('/') ? value : std::string_view();
  if (name == "domain" && !value.empty())
    cookie.domain = lowered(value.starts_with('.') ? value.substr(1) : value);
}

bool is_date_delimiter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x09 || (byte >= 0x20 && byte <= 0x2f) || (byte >= 0x3b && byte <= 0x40) ||
         (byte >= 0x5b && byte <= 0x60) || (byte >= 0x7b && byte <= 0x7e);
}

// Up to max_digits digits at the front, at least min_digits; what follows the digits must not be a digit.
std::optional<int> take_number(std::string_view& text, std::size_t min_digits, std::size_t max_digits) {
  std::size_t count = 0;
  int number = 0;
  while (count < text.size() && count < max_digits && is_digit(text[count]))
    number = number * 10 + (text[count++] - '0');
  if (count < min_digits || (count < text.size() && is_digit(text[count]))) return std::nullopt;
  text.remove_prefix(count);
  return number;
}

struct CookieDate {
  std::optional<int> second_of_day, day, month, year;

  // RFC 6265 takes the first token that can be a time, a day, a month, a year, in this order of preference.
  void read(std::string_view token) {
    if (!second_of_day && read_time(token)) return;
    std::string_view rest = token;
    if (!day && (day = take_number(rest, 1, 2))) return;
    if (!month && read_month(token)) return;
    rest = token;
    if (!year) year = take_number(rest, 2, 4);
  }

  std::optional<system_clock::time_point> resolve() const {
    if (!second_of_day || !day || !month || !year) return std::nullopt;
    const int full_year = *year < 70 ? *year + 2000 : *year < 100 ? *year + 1900 : *year;
    const std::chrono::year_month_day date{std::chrono::year(full_year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    // Beyond what the clock's nanoseconds can count, a cookie simply lives for ever.
    if (!date.ok() || full_year < 1601) return std::nullopt;
    if (full_year > 2200) return system_clock::time_point::max();
    if (full_year < 1900) return system_clock::time_point();
    return std::chrono::sys_days(date) + std::chrono::seconds(*second_of_day);
  }

 private:
  bool read_time(std::string_view token) {
    std::array<int, 3> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto number = take_number(token, 1, 2);
      if (!number || (i < 2 && !token.starts_with(':'))) return false;
      if (i < 2) token.remove_prefix(1);
      parts[i] = *number;
    }
    if (parts[0] > 23 || parts[1] > 59 || parts[2] > 59) return false;
    second_of_day = parts[0] * 3600 + parts[1] * 60 + parts[2];
    return true;
  }

  bool read_month(std::string_view token) {
    constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                          "jul", "aug", "sep", "oct", "nov", "dec"};
    const auto found = std::find(kMonths.begin(), kMonths.end(), lowered(token.substr(0, 3)));
    if (found == kMonths.end()) return false;
    month = static_cast<int>(found - kMonths.begin()) + 1;
    return true;
  }
};

}  // namespace

std::optional<SetCookie> parse_set_cookie(std::string_view header) {
  const bool unsafe = std::any_of(header.begin(), header.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
  std::string_view rest = header;
  std::string_view value = take_until(rest, ';');
  if (unsafe || value.find('=') == std::string_view::npos) return std::nullopt;
  SetCookie cookie;
  cookie.name = trim(take_until(value, '='));
  cookie.value = trim(value);
  if (cookie.name.empty()) return std::nullopt;
  while (!rest.empty()) apply_attribute(take_until(rest, ';'), cookie);
  return cookie;
}

std::optional<system_clock::time_point> parse_cookie_date(std::string_view text) {
  CookieDate date;
  while (!text.empty()) {
    const auto end = std::find_if(text.begin(), text.end(), is_date_delimiter);
    const auto length = static_cast<std::size_t>(end - text.begin());
    if (length > 0) date.read(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return date.resolve();
}

}  // namespace assay::scenario
