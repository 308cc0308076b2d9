#include "model/hdr_codec.h"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/byte_stream.h"
#include "model/base64.h"
#include "model/hdr_layout.h"

namespace assay {
namespace {

using stats::Buckets;
using stats::Histogram;

constexpr std::uint32_t kCompressedCookie = 0x1c849304, kPlainCookie = 0x1c849303;
constexpr std::uint32_t kWordSize = 0x10,
                        kWordSizeMask = 0xf0;  // V2 writes 1 here: counters have variable length
constexpr unsigned kDigits = 3;
constexpr std::uint64_t kLowest = 1, kHighest = std::uint64_t{1} << Buckets::kMaxExponent;
constexpr std::size_t kLargestPayload = 16U << 20;  // far above any real one; stops a bomb

Unexpected<std::string> wrong(std::string what) { return Unexpected<std::string>(std::move(what)); }

void put_zeros(ByteWriter& out, std::uint64_t count) {
  if (count == 1) out.put_zigzag(0);
  if (count > 1) out.put_zigzag(-static_cast<std::int64_t>(count));
}

std::string counters_of(const Histogram& histogram) {
  const HdrLayout layout(kDigits, kLowest);
  ByteWriter out;
  std::uint64_t next = 0;
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    // The lower half of our bucket: readers report its upper end, which is the middle that we report.
    const std::uint64_t index = layout.index(static_cast<std::uint64_t>(Buckets::lower(bucket.index)));
    put_zeros(out, index - next);
    out.put_zigzag(static_cast<std::int64_t>(bucket.count));
    next = index + 1;
  }
  return out.bytes();
}

std::string payload_of(const Histogram& histogram) {
  const std::string counters = counters_of(histogram);
  ByteWriter out;
  out.put_u32(kPlainCookie | kWordSize);
  out.put_u32(static_cast<std::uint32_t>(counters.size()));
  out.put_u32(0);  // normalizing index offset
  out.put_u32(kDigits);
  out.put_u64(kLowest);
  out.put_u64(kHighest);
  out.put_double(1);  // integer to double ratio
  return out.bytes() + counters;
}

std::string deflated(const std::string& plain) {
  uLongf size = compressBound(plain.size());
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
           plain.size());
  packed.resize(size);
  return packed;
}

std::optional<std::string> inflated(std::string_view packed) {
  for (std::size_t limit = 64U << 10; limit <= kLargestPayload; limit *= 4) {
    std::string plain(limit, '\0');
    uLongf size = limit;
    const int state = uncompress(reinterpret_cast<Bytef*>(plain.data()), &size,
                                 reinterpret_cast<const Bytef*>(packed.data()), packed.size());
    if (state == Z_OK) {
      plain.resize(size);
      return plain;
    }
    if (state != Z_BUF_ERROR) return std::nullopt;
  }
  return std::nullopt;
}

Expected<std::string, std::string> payload_from(std::string_view text) {
  const std::optional<std::string> bytes = base64_decode(text);
  if (!bytes) return wrong("not base64");
  ByteReader in(*bytes);
  if ((in.u32() & ~kWordSizeMask) != kCompressedCookie)
    return wrong("not a compressed HdrHistogram of version 2");
  const std::uint32_t length = in.u32();
  if (!in.ok() || length > in.rest().size()) return wrong("cut short");
  std::optional<std::string> plain = inflated(in.rest().substr(0, length));
  if (!plain) return wrong("its compressed part is damaged");
  return *std::move(plain);
}

struct Header {
  std::size_t counters_size = 0;
  unsigned digits = 0;
  std::uint64_t lowest = 0;
};

Expected<Header, std::string> header_from(ByteReader& in) {
  const std::uint32_t cookie = in.u32();
  const std::uint32_t counters_size = in.u32(), index_offset = in.u32(), digits = in.u32();
  const std::uint64_t lowest = in.u64();
  in.u64();  // the highest trackable value: the counters end where they end
  const double ratio = in.real();
  if (!in.ok()) return wrong("cut short");
  if ((cookie & ~kWordSizeMask) != kPlainCookie) return wrong("not an HdrHistogram of version 2");
  if (counters_size > in.rest().size()) return wrong("its counters are cut short");
  if (index_offset != 0 || ratio != 1)
    return wrong("shifted and floating-point HdrHistograms cannot be read");
  if (digits < 1 || digits > 5) return wrong("its number of significant digits is not 1 to 5");
  if (lowest < 1 || lowest > kHighest) return wrong("its lowest value is out of range");
  return Header{counters_size, digits, lowest};
}

// Sums HDR counters into our buckets. Both are ascending, so a bucket is either the last one or new.
class BucketCollector {
 public:
  explicit BucketCollector(const HdrLayout& layout) : layout_(layout) {}

  void add(std::uint64_t hdr_index, std::uint64_t count) {
    const auto lower = static_cast<std::int64_t>(layout_.lower(hdr_index));
    const auto width = static_cast<std::int64_t>(layout_.width(hdr_index));
    const std::int64_t middle = lower + width / 2;
    if (buckets_.empty()) min_ = lower;
    max_ = lower + width - 1;
    sum_ += static_cast<double>(middle) * static_cast<double>(count);
    const std::uint32_t index = Buckets::index(middle);
    if (buckets_.empty() || buckets_.back().index != index) buckets_.push_back({index, 0});
    buckets_.back().count += count;
  }

  Histogram take() { return Histogram::from_parts(buckets_, min_, max_, sum_); }

 private:
  const HdrLayout& layout_;
  std::vector<Histogram::Bucket> buckets_;
  std::int64_t min_ = 0, max_ = 0;
  double sum_ = 0;
};

}  // namespace

std::string hdr_encode(const Histogram& histogram) {
  const std::string packed = deflated(payload_of(histogram));
  ByteWriter head;
  head.put_u32(kCompressedCookie | kWordSize);
  head.put_u32(static_cast<std::uint32_t>(packed.size()));
  return base64_encode(head.bytes() + packed);
}

Expected<Histogram, std::string> hdr_decode(std::string_view text) {
  const auto payload = payload_from(text);
  if (!payload) return wrong(payload.error());
  ByteReader head(*payload);
  const auto header = header_from(head);
  if (!header) return wrong(header.error());

  const HdrLayout layout(header->digits, header->lowest);
  BucketCollector collected(layout);
  ByteReader in(head.rest().substr(0, header->counters_size));
  for (std::uint64_t index = 0; !in.rest().empty();) {
    const std::int64_t counter = in.zigzag();
    const std::uint64_t steps = counter < 0 ? 0 - static_cast<std::uint64_t>(counter) : 1;
    if (!in.ok() || steps > layout.size() - index) return wrong("its counters are damaged");
    if (counter > 0) collected.add(index, static_cast<std::uint64_t>(counter));
    index += steps;
  }
  return collected.take();
}

}  // namespace assay
