// What was the limit, where something was: the resource, the evidence in numbers, and what would lift it.
// Nothing is said about a run that came about as it was asked for. Pure functions over the result.
#pragma once
#include <cstdint>
#include <vector>

#include "model/run_result.h"
#include "model/verdict.h"
#include "verdict/overload.h"

namespace assay::verdict {

// The one that held back most first.
std::vector<Limit> find_limits(const RunResult& result);

// Judged requests that were never sent because this machine had no local port or no file descriptor left.
// They say nothing about the target.
std::uint64_t unsent_for_want_of(const RunResult& result, Outcome outcome);

// Parts of find_limits(), by resource.
struct HeldLimit {
  Limit limit;
  std::size_t seconds = 0;  // in which it held
};
void find_exhausted_machine(const RunResult& result, std::vector<HeldLimit>& limits);  // ports, descriptors
void find_busy_cores(const RunResult& result, const Overload& overload, std::vector<HeldLimit>& limits);
void find_full_network(const RunResult& result, const Overload& overload, std::vector<HeldLimit>& limits);
void find_slow_target(const RunResult& result, const Overload& overload, std::vector<HeldLimit>& limits);

HeldLimit limit_in(const Seconds& held, Resource resource, std::string evidence, std::string advice);
std::string when(const Seconds& held);          // "from 3 s to 12 s", "in 4 of the seconds from 3 s to 12 s"
std::string shortened_rate(double per_second);  // two significant digits, rounded down: what one can rely on

}  // namespace assay::verdict
