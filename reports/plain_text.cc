#include "reports/plain_text.h"

#include <algorithm>
#include <cstdint>

namespace assay::reports {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

constexpr std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;  // 0: these bytes are no character
};

// Shorter forms than needed, surrogates and numbers beyond Unicode are no characters.
bool is_well_formed(const Character& read) {
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = read.code >= 0xD800 && read.code <= 0xDFFF;
  return read.code >= kLeast[read.bytes] && read.code <= 0x10FFFF && !surrogate;
}

Character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  Character read{lead, length_of(lead)};
  if (read.bytes <= 1) return read;
  if (text.size() < read.bytes) return {};
  read.code = lead & (0x7FU >> read.bytes);
  for (std::size_t i = 1; i < read.bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) return {};
    read.code = (read.code << 6U) | (next & 0x3FU);
  }
  return is_well_formed(read) ? read : Character{};
}

// Overrides and isolates of the writing direction: with them a text can look like another.
constexpr bool turns_text(std::uint32_t code) {
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

constexpr bool is_noncharacter(std::uint32_t code) {
  return (code & 0xFFFEU) == 0xFFFEU || (code >= 0xFDD0 && code <= 0xFDEF);
}

constexpr bool is_control(std::uint32_t code) {
  return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7F && code <= 0x9F);
}

}  // namespace

std::string plain_text(std::string_view rest) {
  std::string safe;
  safe.reserve(rest.size());
  while (!rest.empty()) {
    const Character next = first_of(rest);
    if (next.bytes == 0 || turns_text(next.code) || is_noncharacter(next.code)) {
      safe += kReplacement;
    } else if (is_control(next.code)) {
      safe += '?';
    } else {
      safe += rest.substr(0, next.bytes);
    }
    rest.remove_prefix(std::max<std::size_t>(next.bytes, 1));
  }
  return safe;
}

std::string one_line(std::string_view untrusted) {
  std::string line(untrusted);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return plain_text(line);
}

std::string clipped(std::string_view utf8, std::size_t most_bytes) {
  if (utf8.size() <= most_bytes) return std::string(utf8);
  while (most_bytes > 0 && (static_cast<unsigned char>(utf8[most_bytes]) & 0xC0U) == 0x80U) --most_bytes;
  return std::string(utf8.substr(0, most_bytes)) + "…";
}

}  // namespace assay::reports
