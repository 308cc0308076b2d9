#include "demo/latency.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/random.h"

namespace assay::demo {
namespace {

constexpr double kLongestNs = 3600e9;

Nanos capped(double ns) { return Nanos{static_cast<std::int64_t>(std::clamp(ns, 0.0, kLongestNs))}; }

double as_double(Nanos value) { return static_cast<double>(value.count()); }

// Two uniform numbers, both in (0, 1]: the logarithm of zero must not happen.
struct Uniforms {
  double first, second;
};

// Box-Muller: one of the two normal numbers is enough here.
double standard_normal(Uniforms u) {
  return std::sqrt(-2.0 * std::log(u.first)) * std::cos(2.0 * std::numbers::pi * u.second);
}

struct Draw {
  Uniforms u;

  Nanos operator()(const ConstantLatency& l) const { return std::min(l.value, capped(kLongestNs)); }
  Nanos operator()(const LognormalLatency& l) const {
    return capped(as_double(l.median) * std::exp(l.sigma * standard_normal(u)));
  }
  Nanos operator()(const BimodalLatency& l) const { return u.first <= l.high_ratio ? l.high : l.low; }
  Nanos operator()(const ParetoLatency& l) const {
    return capped(as_double(l.scale) * std::pow(u.first, -1.0 / l.alpha));
  }
};

}  // namespace

Nanos draw_latency(const Latency& latency, std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  const auto uniform = [&](std::uint64_t which) {
    return 1.0 - unit_interval(draw(seed, stream, 2 * index + which));
  };
  return std::visit(Draw{{uniform(0), uniform(1)}}, latency);
}

}  // namespace assay::demo
