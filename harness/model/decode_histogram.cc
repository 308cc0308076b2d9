#include "base/byte_stream.h"
#include "model/base64.h"
#include "model/hdr_codec.h"
#include "model/json_decode.h"

namespace assay {
namespace {

using stats::Buckets;
using stats::Histogram;

struct Exact {
  std::int64_t min = 0, max = 0;
  double sum = 0;
};

// The exact bounds must lie in the outermost buckets; else one of the two is damaged.
bool fits(const JsonNode& node, std::uint32_t first, std::uint32_t last, const Exact& exact) {
  const bool fit = first == Buckets::index(exact.min) && last == Buckets::index(exact.max);
  if (!fit) node.fail("the smallest and the largest value do not belong to the buckets");
  return fit;
}

struct Ends {
  std::uint32_t first = 0, last = 0;
};

// Looks at all buckets, so that what is kept as it is can be trusted.
std::optional<Ends> ends_of(const JsonNode& node, std::string_view packed) {
  std::optional<Ends> ends;
  ByteReader in(packed);
  std::uint64_t index = 0;
  while (!in.rest().empty()) {
    const std::uint64_t gap = in.varint(), count = in.varint();
    const bool ascending = !ends || gap > 0;
    if (!in.ok() || !ascending || gap >= Buckets::kCount - index || count == 0) {
      node.fail("the packed buckets are damaged");
      return std::nullopt;
    }
    index += gap;
    if (!ends) ends = Ends{static_cast<std::uint32_t>(index), 0};
    ends->last = static_cast<std::uint32_t>(index);
  }
  return ends;
}

}  // namespace

void decode(const JsonNode& node, Histogram& into) {
  if (node.is_null()) return;
  Exact exact;
  std::uint64_t count = 0;
  std::string hdr;
  node.read("count", count);
  node.read("min_ns", exact.min);
  node.read("max_ns", exact.max);
  node.read("sum_ns", exact.sum);
  node.read("hdr", hdr);
  if (node.failed()) return;
  const auto decoded = hdr_decode(hdr);
  if (!decoded) return node.at("hdr").fail(decoded.error());
  if (decoded->count() != count) {
    return node.at("hdr").fail("holds " + std::to_string(decoded->count()) + " values, but `count` is " +
                               std::to_string(count));
  }
  const std::vector<Histogram::Bucket> buckets = decoded->buckets();
  if (buckets.empty()) return node.fail("the histogram has no buckets");
  if (fits(node, buckets.front().index, buckets.back().index, exact))
    into = Histogram::from_parts(buckets, exact.min, exact.max, exact.sum);
}

void decode_packed(const JsonNode& node, Histogram& into) {
  if (node.is_null()) return;
  if (node.size() != 4) return node.fail("expected [min_ns, max_ns, sum_ns, buckets]");
  Exact exact;
  std::string_view text;
  node.item(0).read(exact.min);
  node.item(1).read(exact.max);
  node.item(2).read(exact.sum);
  node.item(3).read(text);
  if (node.failed()) return;
  const std::optional<std::string> packed = base64_decode(text);
  if (!packed) return node.item(3).fail("not base64");
  if (packed->empty()) return node.fail("the histogram has no buckets");
  const std::optional<Ends> ends = ends_of(node.item(3), *packed);
  if (ends && fits(node, ends->first, ends->last, exact))
    into = Histogram::from_packed(*packed, exact.min, exact.max, exact.sum);
}

}  // namespace assay
