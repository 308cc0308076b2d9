// The families that the method was developed on: independent times from one distribution, and the same in
// weather that both instances share (ACS) or that each has besides (ACO).
#pragma once
#include "generators/instance.h"

namespace assay::statistics {

std::array<std::unique_ptr<Instance>, kArmCount> make_plain_services(Family family,
                                                                     const Surroundings& surroundings,
                                                                     Draws& draws);

}  // namespace assay::statistics
