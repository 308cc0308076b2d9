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
void assemble(const JsonNode& node, const std::vector<Histogram::Bucket>& buckets, const Exact& exact,
              Histogram& into) {
  if (node.failed()) return;
  if (buckets.empty()) return node.fail("the histogram has no buckets");
  if (buckets.front().index != Buckets::index(exact.min) ||
      buckets.back().index != Buckets::index(exact.max)) {
    return node.fail("the smallest and the largest value do not belong to the buckets");
  }
  into = Histogram::from_parts(buckets, exact.min, exact.max, exact.sum);
}

std::vector<Histogram::Bucket> unpacked(const JsonNode& node, std::string_view text) {
  std::vector<Histogram::Bucket> buckets;
  const std::optional<std::string> bytes = base64_decode(text);
  if (!bytes) node.fail("not base64");
  if (!bytes) return buckets;
  buckets.reserve(bytes->size() / 2);  // most gaps and counts take one byte
  ByteReader in(*bytes);
  std::uint64_t index = 0;
  while (!in.rest().empty()) {
    const std::uint64_t gap = in.varint(), count = in.varint();
    const bool ascending = buckets.empty() || gap > 0;
    if (!in.ok() || !ascending || gap >= Buckets::kCount - index || count == 0) {
      node.fail("the packed buckets are damaged");
      return {};
    }
    index += gap;
    buckets.push_back({static_cast<std::uint32_t>(index), count});
  }
  return buckets;
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
  assemble(node, decoded->buckets(), exact, into);
}

void decode_packed(const JsonNode& node, Histogram& into) {
  if (node.is_null()) return;
  if (node.size() != 4) return node.fail("expected [min_ns, max_ns, sum_ns, buckets]");
  Exact exact;
  std::string packed;
  node.item(0).read(exact.min);
  node.item(1).read(exact.max);
  node.item(2).read(exact.sum);
  node.item(3).read(packed);
  if (node.failed()) return;
  assemble(node, unpacked(node.item(3), packed), exact, into);
}

}  // namespace assay
