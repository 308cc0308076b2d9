#include "stats/histogram.h"

#include <cmath>
#include <utility>

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

}  // namespace

void Histogram::record(std::int64_t ns, std::uint64_t times) {
  if (times == 0) return;
  ns = std::max<std::int64_t>(ns, 0);
  const std::uint32_t index = Buckets::index(ns);
  const auto place = std::lower_bound(buckets_.begin(), buckets_.end(), index,
                                      [](const Bucket& bucket, std::uint32_t i) { return bucket.index < i; });
  if (place != buckets_.end() && place->index == index) {
    place->count += times;
  } else {
    buckets_.insert(place, {index, times});
  }
  count_ += times;
  sum_ += static_cast<double>(ns) * static_cast<double>(times);
  min_ = std::min(min_, ns);
  max_ = std::max(max_, ns);
}

void Histogram::merge(const Histogram& other) {
  if (other.empty()) return;
  if (empty()) {
    *this = other;
    return;
  }
  buckets_ = sum_of(buckets_, other.buckets_);
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
  for (const Bucket& bucket : buckets_) {
    seen += bucket.count;
    if (seen >= rank) return std::clamp(Buckets::middle(bucket.index), min_, max_);
  }
  return max_;
}

Histogram Histogram::from_parts(std::vector<Bucket> buckets, std::int64_t min, std::int64_t max, double sum) {
  Histogram made;
  for (const Bucket& bucket : buckets) made.count_ += bucket.count;
  if (made.count_ == 0) return made;
  made.buckets_ = std::move(buckets);
  made.min_ = min;
  made.max_ = max;
  made.sum_ = sum;
  return made;
}

void DenseHistogram::drain_into(Histogram& into) {
  if (empty()) return;
  BucketList drained;
  const std::uint32_t last = Buckets::index(max_);
  for (std::uint32_t index = Buckets::index(min_); index <= last; ++index) {
    if (counts_[index] == 0) continue;
    drained.push_back({index, std::exchange(counts_[index], 0)});
  }
  into.merge(Histogram::from_parts(std::move(drained), min_, max_, static_cast<double>(sum_)));
  count_ = 0;
  sum_ = 0;
  min_ = std::numeric_limits<std::int64_t>::max();
  max_ = 0;
}

}  // namespace assay::stats
