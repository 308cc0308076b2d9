#include "base/utc.h"

#include <fmt/chrono.h>

#include <charconv>
#include <ctime>
#include <string_view>

namespace assay {

std::string utc_text(std::chrono::system_clock::time_point moment) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(moment);
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(moment - whole).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(whole)),
                     milliseconds);
}

std::optional<std::chrono::system_clock::time_point> utc_moment(const std::string& text) {
  std::tm time{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (rest == nullptr) return std::nullopt;
  double fraction = 0;
  if (*rest == '.') {
    const auto [end, status] = std::from_chars(rest, text.c_str() + text.size(), fraction);
    if (status != std::errc()) return std::nullopt;
    rest = end;
  }
  if (std::string_view(rest) != "Z") return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&time)) +
         std::chrono::round<std::chrono::system_clock::duration>(std::chrono::duration<double>(fraction));
}

}  // namespace assay
