// Counts allocations, each thread its own. Linking assay_allocation_counter replaces operator new of the test
// program; test cases look at differences.
#pragma once
#include <cstdint>

namespace assay {

std::uint64_t allocations();  // of this thread, so far

}  // namespace assay
