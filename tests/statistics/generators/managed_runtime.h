// JIT: a service on a managed runtime. Four endpoints of different weight, each answered from a cache or not;
// code that is still being compiled when judging begins; a heap that fills and is collected, so that times
// grow in a sawtooth and everything waits for the collector at its end. Both instances are equally old, but
// compile and collect at moments of their own. The method was not tuned on this family.
#pragma once
#include "generators/instance.h"

namespace assay::statistics {

std::array<std::unique_ptr<Instance>, kArmCount> make_managed_runtimes(const Surroundings& surroundings,
                                                                       Draws& draws);

}  // namespace assay::statistics
