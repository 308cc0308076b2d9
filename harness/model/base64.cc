#include "model/base64.h"

#include <array>
#include <cstdint>

namespace assay {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kInvalid = 0xff;

constexpr std::array<std::uint8_t, 256> digit_values() {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = kInvalid;
  for (std::uint8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(kAlphabet[i])] = i;
  return values;
}

constexpr auto kDigits = digit_values();

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

std::uint32_t digit_of(char letter) { return kDigits[static_cast<unsigned char>(letter)]; }

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::uint32_t group =
        byte_at(bytes, at) << 16 | byte_at(bytes, at + 1) << 8 | byte_at(bytes, at + 2);
    text += kAlphabet[group >> 18];
    text += kAlphabet[group >> 12 & 63];
    text += at + 1 < bytes.size() ? kAlphabet[group >> 6 & 63] : '=';
    text += at + 2 < bytes.size() ? kAlphabet[group & 63] : '=';
  }
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
  std::string bytes(text.size() / 4 * 3, '\0');
  std::size_t size = 0;
  // Four letters are three bytes; the digits of the alphabet stay below 64.
  for (; text.size() >= 4; text.remove_prefix(4), size += 3) {
    const std::array<std::uint32_t, 4> digits = {digit_of(text[0]), digit_of(text[1]), digit_of(text[2]),
                                                 digit_of(text[3])};
    if ((digits[0] | digits[1] | digits[2] | digits[3]) > 63) return std::nullopt;
    const std::uint32_t group = digits[0] << 18 | digits[1] << 12 | digits[2] << 6 | digits[3];
    bytes[size] = static_cast<char>(group >> 16);
    bytes[size + 1] = static_cast<char>(group >> 8 & 0xff);
    bytes[size + 2] = static_cast<char>(group & 0xff);
  }
  std::uint32_t pending = 0;
  int pending_bits = 0;
  for (const char letter : text) {
    const std::uint8_t digit = kDigits[static_cast<unsigned char>(letter)];
    if (digit == kInvalid) return std::nullopt;
    pending = pending << 6 | digit;
    pending_bits += 6;
    if (pending_bits < 8) continue;
    pending_bits -= 8;
    bytes += static_cast<char>(pending >> pending_bits & 0xff);
  }
  return bytes;
}

}  // namespace assay
