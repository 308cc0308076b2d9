// Reads binary protocols front to back, big-endian. Once something is missing, all that follows is empty and
// ok() is false, so that a parser asks once, at its end.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace assay::probes {

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t left() const { return bytes_.size(); }

  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
    }
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(taken.size());
    return ok_ ? taken : std::string_view();
  }
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return number(4); }
  std::string_view short_text() { return take(u8()); }
  std::string_view long_text() { return take(u32()); }
  // Up to a zero byte, which is taken too.
  std::string_view zero_ended() {
    const std::size_t end = bytes_.find('\0');
    if (end == std::string_view::npos) return take(bytes_.size() + 1);
    const std::string_view text = take(end);
    take(1);
    return text;
  }

 private:
  std::uint32_t number(std::size_t bytes) {
    std::uint32_t value = 0;
    for (const char c : take(bytes)) value = value << 8U | static_cast<std::uint8_t>(c);
    return value;
  }

  std::string_view bytes_;
  bool ok_ = true;
};

inline void put_u16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xFFU);
}
inline void put_u32(std::string& out, std::uint32_t value) {
  put_u16(out, static_cast<std::uint16_t>(value >> 16U));
  put_u16(out, static_cast<std::uint16_t>(value & 0xFFFFU));
}

// As WireReader::long_text() reads it.
inline void put_long_text(std::string& out, std::string_view text) {
  put_u32(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

}  // namespace assay::probes
