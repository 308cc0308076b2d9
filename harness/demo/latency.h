// How long the embedded target takes to answer: four distributions, each a pure function of random bits, so
// that a test (or a user with a calculator) can say what the n-th request of a path will cost. Times are
// capped at one hour.
#pragma once
#include <cstdint>
#include <variant>

#include "base/clock.h"

namespace assay::demo {

struct ConstantLatency {
  Nanos value{0};
};
// exp(N(ln median, sigma^2)): the usual shape of a healthy service.
struct LognormalLatency {
  Nanos median{0};
  double sigma = 0;
};
// `high` for high_ratio of the requests, `low` for the others: cache hit and miss.
struct BimodalLatency {
  Nanos low{0}, high{0};
  double high_ratio = 0;
};
// P(X > x) = (scale / x)^alpha for x >= scale: a heavy tail; below alpha 1 not even the mean exists.
struct ParetoLatency {
  Nanos scale{0};
  double alpha = 1;
};
using Latency = std::variant<ConstantLatency, LognormalLatency, BimodalLatency, ParetoLatency>;

// The latency of draw `index` in `stream` (see base/random.h).
Nanos draw_latency(const Latency& latency, std::uint64_t seed, std::uint64_t stream, std::uint64_t index);

}  // namespace assay::demo
