// The intended starts of an open load shape, one lane of them. An arrival's time depends only on the curve,
// the seed and its global number, never on what the target or another worker does.
#pragma once
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "schedule/rate_curve.h"
#include "schedule/slice.h"

namespace assay::schedule {

struct Arrival {
  std::uint64_t number = 0;  // global: over all lanes of the shape
  Nanos at{0};               // from the start of the shape
};

// uniform: the n-th arrival comes when the integral of the rate reaches n (the first at 0).
// poisson: when it reaches the n-th point of a unit-rate Poisson process (time change of an inhomogeneous
// process: Cinlar 1975), so gaps are exponential at the local rate. Each lane walks all points, because they
// are sums of gaps.
class OpenSchedule {
 public:
  enum class Spacing : std::uint8_t { uniform, poisson };
  struct Options {
    Spacing spacing = Spacing::uniform;
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;  // differs for each shape of a run
    Lane lane;
  };
  // The curve is kept by reference and outlives the schedule.
  OpenSchedule(const RateCurve& curve, const Options& options);

  std::optional<Arrival> next();  // ascending times; nothing once the shape has ended

 private:
  double point(std::uint64_t number);

  const RateCurve& curve_;
  Options options_;
  double total_;
  std::uint64_t number_;
  std::uint64_t summed_ = 0;  // poisson: points already walked
  double point_ = 0;          // poisson: the last of them
};

}  // namespace assay::schedule
