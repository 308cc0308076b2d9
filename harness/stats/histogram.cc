#include "stats/histogram.h"

#include <cmath>
#include <utility>

#include "base/byte_stream.h"

namespace assay::stats {
namespace {

using BucketList = std::vector<Histogram::Bucket>;

BucketList sum_of(const BucketList& a, const BucketList& b) {
  BucketList sum;
  sum.reserve(a.size() + b.size());
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() && right != b.end()) {
    if (left->index < right->index) {
      sum.push_back(*left++);
    } else if (right->index < left->index) {
      sum.push_back(*right++);
    } else {
      sum.push_back({left->index, left->count + right->count});
      ++left;
      ++right;
    }
  }
  sum.insert(sum.end(), left, a.end());
  sum.insert(sum.end(), right, b.end());
  return sum;
}

// q * n is rounded, and so was q when it was written as decimals: 0.07 * 100 is a little above 7. The factor,
// a few rounding errors wide, keeps such products on their own rank.
std::uint64_t nearest_rank(double q, std::uint64_t n) {
  const double rank = std::ceil(q * static_cast<double>(n) * (1 - 0x1p-50));
  if (!(rank > 1)) return 1;
  return rank >= static_cast<double>(n) ? n : static_cast<std::uint64_t>(rank);
}

BucketList unpacked(std::string_view packed) {
  BucketList buckets;
  buckets.reserve(packed.size() / 2);  // most gaps and counts take one byte
  ByteReader in(packed);
  std::uint32_t index = 0;
  while (!in.rest().empty()) {
    index += static_cast<std::uint32_t>(in.varint());
    buckets.push_back({index, in.varint()});
  }
  return buckets;
}

}  // namespace

std::vector<Histogram::Bucket> Histogram::buckets() const { return unpacked(packed_); }

void Histogram::keep(const BucketList& buckets) {
  ByteWriter out;
  std::uint32_t last = 0;
  for (const Bucket& bucket : buckets) {
    out.put_varint(bucket.index - last);
    out.put_varint(bucket.count);
    last = bucket.index;
  }
  packed_ = std::string(out.bytes());  // a copy is as large as its content, what it was written into is not
}

void Histogram::record(std::int64_t ns, std::uint64_t times) {
  if (times == 0) return;
  ns = std::max<std::int64_t>(ns, 0);
  merge(from_parts({{Buckets::index(ns), times}}, ns, ns,
                   static_cast<double>(ns) * static_cast<double>(times)));
}

void Histogram::merge(const Histogram& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
    return;
  }
  keep(sum_of(buckets(), other.buckets()));
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

std::int64_t Histogram::quantile(double q) const {
  if (empty()) return 0;
  const std::uint64_t rank = nearest_rank(q, count_);
  if (rank == 1) return min_;
  if (rank == count_) return max_;
  std::uint64_t seen = 0;
  for (const Bucket& bucket : buckets()) {
    seen += bucket.count;
    if (seen >= rank) return std::clamp(Buckets::middle(bucket.index), min_, max_);
  }
  return max_;
}

Histogram Histogram::from_parts(const BucketList& buckets, std::int64_t min, std::int64_t max, double sum) {
  Histogram made;
  for (const Bucket& bucket : buckets) made.count_ += bucket.count;
  if (made.count_ == 0) return made;
  made.keep(buckets);
  made.min_ = min;
  made.max_ = max;
  made.sum_ = sum;
  return made;
}

Histogram Histogram::of(const std::vector<std::int64_t>& values) {
  std::vector<std::int64_t> sorted(values);
  for (std::int64_t& value : sorted) value = std::max<std::int64_t>(value, 0);
  std::sort(sorted.begin(), sorted.end());
  BucketList buckets;
  double sum = 0;
  for (const std::int64_t value : sorted) {
    const std::uint32_t index = Buckets::index(value);
    if (buckets.empty() || buckets.back().index != index) buckets.push_back({index, 0});
    ++buckets.back().count;
    sum += static_cast<double>(value);
  }
  return sorted.empty() ? Histogram() : from_parts(buckets, sorted.front(), sorted.back(), sum);
}

Histogram Histogram::from_packed(std::string_view packed, std::int64_t min, std::int64_t max, double sum) {
  Histogram made;
  ByteReader in(packed);
  while (!in.rest().empty()) {
    in.varint();
    made.count_ += in.varint();
  }
  if (made.count_ == 0) return made;
  made.packed_ = packed;
  made.min_ = min;
  made.max_ = max;
  made.sum_ = sum;
  return made;
}

void DenseHistogram::add(const Histogram& other) {
  if (other.empty()) return;
  for (const auto& bucket : other.buckets())
    counts_[bucket.index] += static_cast<std::uint32_t>(bucket.count);
  count_ += other.count();
  sum_ += static_cast<std::int64_t>(other.sum());
  min_ = std::min(min_, other.min());
  max_ = std::max(max_, other.max());
}

void DenseHistogram::drain_into(Histogram& into) {
  if (empty()) return;
  BucketList drained;
  const std::uint32_t last = Buckets::index(max_);
  for (std::uint32_t index = Buckets::index(min_); index <= last; ++index) {
    if (counts_[index] == 0) continue;
    drained.push_back({index, std::exchange(counts_[index], 0)});
  }
  into.merge(Histogram::from_parts(drained, min_, max_, static_cast<double>(sum_)));
  count_ = 0;
  sum_ = 0;
  min_ = std::numeric_limits<std::int64_t>::max();
  max_ = 0;
}

}  // namespace assay::stats
