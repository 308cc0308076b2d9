// What stored runs of a service tell about the noise of its instances before a new run is judged: the slow
// power of each run over its white power, by frequency. It says nothing about whether a version was fast, so
// runs that failed count as much as those that passed. Section 1.6 of the verdict method
// (harness/verdict/README.md). Immutable after construction.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace assay::stats {

// One run's noise in one metric: what a store keeps of it.
struct NoiseVector {
  std::vector<double> spectrum;  // SlowNoiseResult::spectrum, tested at the run's own estimate
  double seconds = 0;            // judged time
  double per_second = 0;         // requests of both arms together
  bool operator==(const NoiseVector&) const = default;
};

// Why a profile counts or does not.
enum class ProfileUse : std::uint8_t {
  used,
  none,         // no stored runs
  too_few,      // fewer than five stored runs
  other_shape,  // fewer than five whose length and rate lie within 10 % of this run's
  long_run,     // from five minutes on a run knows its own noise
  noisier,      // this run is noisier than the stored ones were
};

class NoiseProfile {
 public:
  static constexpr std::size_t kFewest = 5, kMost = 10;

  NoiseProfile() = default;  // no stored runs
  // `stored`: oldest first; `seconds` and `per_second` of the run to be judged.
  NoiseProfile(std::span<const NoiseVector> stored, double seconds, double per_second);

  ProfileUse use() const { return use_; }  // `used`, or why not
  // The newest runs of this run's shape. Empty unless in use.
  std::span<const NoiseVector> comparable() const { return comparable_; }
  // The newest runs of any shape: they share the correlation time, not the strength. Empty if too few.
  std::span<const NoiseVector> recent() const { return recent_; }

  // The guard: does this spectrum lie more than two standard deviations above those of comparable()?
  bool is_noisier(std::span<const double> spectrum, double seconds, double correlation_seconds) const;

 private:
  std::vector<NoiseVector> recent_, comparable_;
  ProfileUse use_ = ProfileUse::none;
};

// 1 / (1 + (pi j tau / T)^2) for j = 1, 2, ...: the spectrum of noise with correlation time tau, relative to
// its lowest frequencies.
std::vector<double> noise_shape(std::size_t frequencies, double seconds, double correlation_seconds);

}  // namespace assay::stats
