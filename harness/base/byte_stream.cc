#include "base/byte_stream.h"

#include <bit>

namespace assay {

void ByteWriter::put_u32(std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> shift & 0xff);
}

void ByteWriter::put_u64(std::uint64_t value) {
  put_u32(static_cast<std::uint32_t>(value >> 32));
  put_u32(static_cast<std::uint32_t>(value));
}

void ByteWriter::put_double(double value) { put_u64(std::bit_cast<std::uint64_t>(value)); }

void ByteWriter::put_varint(std::uint64_t value) {
  for (int written = 0; written < 8 && value > 0x7f; ++written) {
    bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    value >>= 7;
  }
  bytes_ += static_cast<char>(value);
}

void ByteWriter::put_zigzag(std::int64_t value) {
  put_varint(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
}

void ByteWriter::put_bytes(std::string_view value) {
  put_varint(value.size());
  bytes_ += value;
}

std::uint64_t ByteReader::byte() {
  if (rest_.empty()) {
    ok_ = false;
    return 0;
  }
  const auto value = static_cast<unsigned char>(rest_.front());
  rest_.remove_prefix(1);
  return value;
}

std::uint64_t ByteReader::big_endian(int size) {
  std::uint64_t value = 0;
  for (int i = 0; i < size; ++i) value = value << 8 | byte();
  return value;
}

double ByteReader::real() { return std::bit_cast<double>(u64()); }

std::uint64_t ByteReader::long_varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 56; shift += 7) {
    const std::uint64_t next = byte();
    value |= (next & 0x7f) << shift;
    if (next < 0x80) return value;
  }
  return value | byte() << 56;
}

std::int64_t ByteReader::zigzag() {
  const std::uint64_t value = varint();
  return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
}

std::string_view ByteReader::bytes() {
  const std::uint64_t size = varint();
  if (size > rest_.size()) {
    ok_ = false;
    rest_ = {};
  }
  const std::string_view value = rest_.substr(0, ok_ ? size : 0);
  rest_.remove_prefix(value.size());
  return value;
}

}  // namespace assay
