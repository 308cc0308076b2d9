#include "verdict/bottleneck.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/units.h"

namespace assay::verdict {
namespace {

// Requests that never left this machine come first: the rest of the run cannot be read without them.
bool held_back_more(const HeldLimit& a, const HeldLimit& b) {
  const auto starved = [](const HeldLimit& held) {
    return held.limit.resource == Resource::local_ports || held.limit.resource == Resource::file_descriptors;
  };
  if (starved(a) != starved(b)) return starved(a);
  return a.seconds > b.seconds;
}

}  // namespace

std::vector<Limit> find_limits(const RunResult& result) {
  std::vector<HeldLimit> held;
  if (result.could_not_run) return {};
  const Overload overload = overload_of(result);
  find_exhausted_machine(result, held);
  find_busy_cores(result, overload, held);
  find_full_network(result, overload, held);
  find_slow_target(result, overload, held);
  std::ranges::stable_sort(held, held_back_more);
  std::vector<Limit> limits;
  for (HeldLimit& one : held) limits.push_back(std::move(one.limit));
  return limits;
}

HeldLimit limit_in(const Seconds& held, Resource resource, std::string evidence, std::string advice) {
  HeldLimit made;
  made.limit.resource = resource;
  made.limit.evidence = std::move(evidence);
  made.limit.advice = std::move(advice);
  made.seconds = held.size();
  if (held.empty()) return made;
  made.limit.from = std::chrono::seconds{held.front()->second};
  made.limit.until = std::chrono::seconds{held.back()->second + 1};
  return made;
}

std::string when(const Seconds& held) {
  const std::uint32_t from = held.front()->second, until = held.back()->second + 1;
  const auto range = fmt::format("from {} s to {} s", from, until);
  return held.size() == until - from ? range : fmt::format("in {} of the seconds {}", held.size(), range);
}

std::string shortened_rate(double per_second) {
  if (per_second < 1) return format_rate(per_second);
  const double unit = std::max(1.0, std::pow(10, std::floor(std::log10(per_second)) - 1));
  return format_rate(std::floor(per_second / unit) * unit);
}

}  // namespace assay::verdict
