#include "probes/balancing.h"

#include <cmath>

namespace assay::probes {
namespace {

constexpr double kOverlooked = 1e-4;

}  // namespace

// Of n instances, one is missed by s answers with a chance of at most n (1 - 1/n)^s.
std::uint64_t answers_that_meet_all(std::uint64_t instances) {
  if (instances < 2) return 1;
  const auto n = static_cast<double>(instances);
  return static_cast<std::uint64_t>(std::ceil(std::log(kOverlooked / n) / std::log1p(-1 / n)));
}

}  // namespace assay::probes
