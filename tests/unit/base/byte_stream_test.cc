#include "base/byte_stream.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

namespace assay {
namespace {

TEST_CASE("integers of every size survive the stream") {
  ByteWriter out;
  std::vector<std::int64_t> values = {0, 1, -1, std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int64_t>::max()};
  for (int bit = 1; bit < 63; ++bit) values.push_back(std::int64_t{1} << bit);
  for (const auto value : values) {
    out.put_zigzag(value);
    out.put_varint(static_cast<std::uint64_t>(value));
    out.put_u64(static_cast<std::uint64_t>(value));
    out.put_u32(static_cast<std::uint32_t>(value));
    out.put_double(static_cast<double>(value));
  }
  ByteReader in(out.bytes());
  for (const auto value : values) {
    CHECK(in.zigzag() == value);
    CHECK(in.varint() == static_cast<std::uint64_t>(value));
    CHECK(in.u64() == static_cast<std::uint64_t>(value));
    CHECK(in.u32() == static_cast<std::uint32_t>(value));
    CHECK(in.real() == static_cast<double>(value));
  }
  CHECK(in.ok());
  CHECK(in.rest().empty());
}

TEST_CASE("the longest variable-length integer takes nine bytes") {
  ByteWriter out;
  out.put_varint(std::numeric_limits<std::uint64_t>::max());
  CHECK(out.bytes() == std::string(9, '\xff'));
}

TEST_CASE("reading past the end is noticed") {
  ByteReader in("\x01\x02");
  CHECK(in.u32() == 0x01020000);
  CHECK(!in.ok());
}

TEST_CASE("bytes come back with their length, and a cut-off length gives nothing") {
  ByteWriter out;
  out.put_bytes("");
  out.put_bytes(std::string_view("a\0b", 3));
  ByteReader in(out.bytes());
  CHECK(in.bytes().empty());
  CHECK(in.bytes() == std::string_view("a\0b", 3));
  CHECK(in.ok());

  ByteReader cut(std::string_view(out.bytes()).substr(0, 3));
  CHECK(cut.bytes().empty());
  CHECK(cut.bytes().empty());
  CHECK_FALSE(cut.ok());
}

}  // namespace
}  // namespace assay
