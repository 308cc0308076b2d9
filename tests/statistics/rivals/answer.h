// What a rule for promoting answers. Most rivals know only two of the three.
#pragma once
#include <cstdint>

namespace assay::statistics {

enum class Answer : std::uint8_t { pass, fail, undecided };

inline Answer failed_if(bool fails) { return fails ? Answer::fail : Answer::pass; }

}  // namespace assay::statistics
