#include "store/compressed_text.h"

#include <zlib.h>

#include <new>

#include "base/byte_stream.h"

namespace assay::store {
namespace {

constexpr std::size_t kHead = 8;
// zlib cannot shrink more than about a thousandfold, so a larger length is damage, not a text.
constexpr std::uint64_t kLargestRatio = 1040;

const Bytef* as_bytes(const char* text) { return reinterpret_cast<const Bytef*>(text); }

}  // namespace

std::string compressed(std::string_view text) {
  ByteWriter head;
  head.put_u64(text.size());
  std::string bytes = head.bytes();
  uLongf size = compressBound(text.size());
  bytes.resize(kHead + size);
  const int status = compress2(reinterpret_cast<Bytef*>(bytes.data() + kHead), &size, as_bytes(text.data()),
                               text.size(), Z_DEFAULT_COMPRESSION);
  if (status != Z_OK) throw std::bad_alloc();  // nothing else can go wrong with a buffer of that size
  bytes.resize(kHead + size);
  return bytes;
}

std::optional<std::string> decompressed(std::string_view bytes) {
  ByteReader head(bytes);
  const std::uint64_t length = head.u64();
  if (!head.ok() || length / kLargestRatio > bytes.size()) return std::nullopt;
  std::string text(length, '\0');
  uLongf size = text.size();
  const int status = uncompress(reinterpret_cast<Bytef*>(text.data()), &size, as_bytes(head.rest().data()),
                                head.rest().size());
  if (status != Z_OK || size != length) return std::nullopt;
  return text;
}

}  // namespace assay::store
