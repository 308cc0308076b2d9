// Binary fields, of which histograms are made in memory and in files: big-endian integers and variable-length
// ones. The variable-length form is the LEB128 variant of HdrHistogram: seven bits a byte, least significant
// first, and the ninth byte holds eight.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

class ByteWriter {
 public:
  void put_u32(std::uint32_t value);
  void put_u64(std::uint64_t value);
  void put_double(double value);
  void put_varint(std::uint64_t value);
  void put_zigzag(std::int64_t value);
  void put_bytes(std::string_view value);  // its length, then itself

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

// Reading past the end yields zeros and makes ok() false for good.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
  std::uint64_t u64() { return big_endian(8); }
  double real();
  std::uint64_t varint() {
    // Nearly all of them take one byte, and a long run has hundreds of millions.
    if (rest_.empty() || (static_cast<unsigned char>(rest_.front()) & 0x80U) != 0) return long_varint();
    const auto value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  std::int64_t zigzag();
  std::string_view bytes();  // as put_bytes wrote them; part of what is read

  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

 private:
  std::uint64_t byte();
  std::uint64_t long_varint();
  std::uint64_t big_endian(int size);

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace assay
