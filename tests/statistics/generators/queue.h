// QUE: each instance is a queue with a few workers, first come first served. How busy it is wanders: for both
// instances together with the load that others put on what they share, and a little for each alone. Times
// then rise and fall with the load, requests near each other wait for the same predecessors, and the tail is
// made of waiting. The method was not tuned on this family.
#pragma once
#include "generators/instance.h"

namespace assay::statistics {

std::array<std::unique_ptr<Instance>, kArmCount> make_queues(const Surroundings& surroundings, Draws& draws);

}  // namespace assay::statistics
