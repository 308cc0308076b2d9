// What chance may hide behind a load balancer that chooses instances at random. Pure.
#pragma once
#include <cstdint>

namespace assay::probes {

// So many answers on new connections meet every one of so many instances, but for one case in 10,000. Enough
// for any other way of choosing, too.
std::uint64_t answers_that_meet_all(std::uint64_t instances);

}  // namespace assay::probes
