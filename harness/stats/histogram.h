// Log-linear histograms of durations in nanoseconds. 512 buckets for each power of two, so a bucket is at
// most 1/512 (0.195 %) of its values wide; values from 2^41 ns (36 min) on share the last bucket. min, max
// and sum are exact.
//
// Recording and keeping are two types: DenseHistogram is what a worker records into (fixed memory, no
// allocation after construction); Histogram is what results hold (two or three bytes for each bucket that was
// seen, mergeable, a value type).
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace assay::stats {

// The bucket layout, shared by both types and by the HdrHistogram codec (model/hdr_codec). Values below 1024
// have a bucket each; above, the leading ten bits of a value choose its bucket.
struct Buckets {
  static constexpr unsigned kBits = 9;  // 2^9 buckets for each power of two
  static constexpr unsigned kMaxExponent = 41;
  static constexpr std::uint32_t kCount = (kMaxExponent - kBits + 1) << kBits;
  static constexpr std::int64_t kLargest =
      (std::int64_t{1} << kMaxExponent) - 1;  // larger ones count with it

  static constexpr std::uint32_t index(std::int64_t ns) noexcept {  // negative values count as 0
    const auto value = static_cast<std::uint64_t>(std::clamp<std::int64_t>(ns, 0, kLargest));
    const int shift = static_cast<int>(std::bit_width(value | kUnitWide)) - static_cast<int>(kBits) - 1;
    return (static_cast<std::uint32_t>(shift) << kBits) + static_cast<std::uint32_t>(value >> shift);
  }

  static constexpr std::int64_t lower(std::uint32_t index) noexcept {  // smallest value of the bucket
    if (index <= kUnitWide) return index;
    const std::int64_t leading = (index & (kHalf - 1)) | kHalf;
    return leading << shift_of(index);
  }

  static constexpr std::int64_t upper(std::uint32_t index) noexcept {  // largest value of the bucket
    return lower(index) + width(index) - 1;
  }

  static constexpr std::int64_t middle(
      std::uint32_t index) noexcept {  // what quantiles report: half a bucket off at most
    return lower(index) + width(index) / 2;
  }

 private:
  static constexpr std::uint32_t kHalf = 1U << kBits;
  static constexpr std::uint32_t kUnitWide = 2 * kHalf - 1;  // up to this index and value, index == value

  static constexpr unsigned shift_of(std::uint32_t index) { return (index >> kBits) - 1; }
  static constexpr std::int64_t width(std::uint32_t index) {
    return index <= kUnitWide ? 1 : std::int64_t{1} << shift_of(index);
  }
};

class Histogram {
 public:
  struct Bucket {
    std::uint32_t index;
    std::uint64_t count;
    bool operator==(const Bucket&) const = default;
  };

  void record(std::int64_t ns, std::uint64_t times = 1);  // O(buckets); for tests and cold paths
  void merge(const Histogram& other);

  bool empty() const { return count_ == 0; }
  std::uint64_t count() const { return count_; }
  std::int64_t min() const { return count_ == 0 ? 0 : min_; }
  std::int64_t max() const { return count_ == 0 ? 0 : max_; }
  double sum() const { return sum_; }
  double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }

  // The smallest recorded value such that at least q of all values are not larger (nearest rank: rank =
  // ceil(q * n)), within bucket precision and inside [min, max]. 0 when empty.
  std::int64_t quantile(double q) const;

  std::vector<Bucket> buckets() const;  // ascending index, counts > 0
  // The same as variable-length numbers (base/byte_stream): for each bucket how far it is from the one before
  // (the first: from index 0), and its count.
  std::string_view packed() const { return packed_; }
  bool operator==(const Histogram&) const = default;

  static Histogram of(const std::vector<std::int64_t>& values);  // ns, any order
  // What packed() gave, with its bounds and sum; trusted.
  static Histogram from_packed(std::string_view packed, std::int64_t min, std::int64_t max, double sum);
  // From parts: buckets ascending, counts > 0; min, max and sum as recorded.
  static Histogram from_parts(const std::vector<Bucket>& buckets, std::int64_t min, std::int64_t max,
                              double sum);

 private:
  void keep(const std::vector<Bucket>& buckets);

  std::string packed_;
  std::uint64_t count_ = 0;
  std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ = 0;
  double sum_ = 0;
};

// For the hot path: record() is a few instructions and never allocates. One thread at a time.
class DenseHistogram {
 public:
  DenseHistogram() : counts_(std::make_unique<std::uint32_t[]>(Buckets::kCount)) {}

  void record(std::int64_t ns) noexcept {
    ns = std::max<std::int64_t>(ns, 0);
    ++counts_[Buckets::index(ns)];
    ++count_;
    sum_ += ns;
    min_ = std::min(min_, ns);
    max_ = std::max(max_, ns);
  }

  bool empty() const { return count_ == 0; }
  std::uint64_t count() const { return count_; }

  void add(const Histogram& other);

  // Adds all that was recorded to `into` and starts anew. Costs time only by the range of values seen.
  void drain_into(Histogram& into);

 private:
  std::unique_ptr<std::uint32_t[]> counts_;
  std::uint64_t count_ = 0;
  std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ = 0;
  std::int64_t sum_ = 0;
};

}  // namespace assay::stats
