#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/units.h"
#include "verdict/bottleneck.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

constexpr double kFullLink = 0.9;
constexpr double kFullShare = 0.1;
constexpr std::size_t kFullSeconds = 2;
constexpr double kLossy = 0.01;
constexpr std::uint64_t kFewestLost = 50;
constexpr double kMostlyFresh = 0.9;
constexpr std::uint64_t kOtherFiles = 64;  // as in net/limits

double link_of(const HealthSecond& second) { return second.machine.link_ratio.value_or(0); }

Seconds seconds_with(const RunResult& result, std::uint64_t HealthSecond::*count) {
  Seconds held;
  for (const HealthSecond& second : result.health.seconds)
    if (second.*count > 0) held.push_back(&second);
  return held;
}

std::string in_those(const Seconds& held) { return held.empty() ? "" : " " + when(held); }

// A target that was never reached may have no address that this machine can leave from: the kernel says the
// same.
bool was_reached(const RunResult& result) {
  return std::ranges::any_of(result.targets, [](const TargetFacts& t) { return t.connections_opened > 0; });
}

std::string most_time_wait(const Seconds& held) {
  std::uint64_t most = 0;
  for (const HealthSecond* second : held) most = std::max(most, second->machine.time_wait.value_or(0));
  return most == 0 ? ""
                   : fmt::format(", {} ended connections still keep one (TIME_WAIT)", format_count(most));
}

bool connects_for_every_request(const RunResult& result) {
  std::uint64_t fresh = 0, completed = 0;
  for (const TargetFacts& target : result.targets) fresh += target.connections_opened;
  for (const HealthSecond& second : result.health.seconds)
    completed += second.completed - std::min(second.completed, second.no_port + second.no_file);
  return static_cast<double>(fresh) >= kMostlyFresh * static_cast<double>(completed);
}

void find_ports(const RunResult& result, std::vector<HeldLimit>& limits) {
  const Seconds held = seconds_with(result, &HealthSecond::no_port);
  const std::uint64_t judged = unsent_for_want_of(result, Outcome::no_local_port);
  if (judged == 0 && (held.empty() || !was_reached(result))) return;
  auto evidence = fmt::format("no local port was left for {}",
                              judged > 0 ? counted(judged, "request") : "requests of the warm-up");
  if (result.health.local_ports > 0)
    evidence += fmt::format(": there are {} to each address", format_count(result.health.local_ports));
  evidence += most_time_wait(held) + in_those(held);
  std::string advice = connects_for_every_request(result)
                           ? "keep connections open (`connections: pooled` in place of `fresh`), "
                           : std::string();
  advice += "widen net.ipv4.ip_local_port_range, or give the target more addresses";
  limits.push_back(limit_in(held, Resource::local_ports, std::move(evidence), std::move(advice)));
}

void find_files(const RunResult& result, std::vector<HeldLimit>& limits) {
  const Seconds held = seconds_with(result, &HealthSecond::no_file);
  const std::uint64_t judged = unsent_for_want_of(result, Outcome::no_file);
  if (judged == 0 && held.empty()) return;
  std::uint64_t open = 0;
  for (const HealthSecond* second : held) open = std::max(open, second->sockets);
  const auto evidence = fmt::format("no file descriptor was left for {}, with {} open{}",
                                    judged > 0 ? counted(judged, "request") : "requests of the warm-up",
                                    counted(open, "connection"), in_those(held));
  const std::uint64_t users = std::max(result.health.max_in_flight, result.health.peak_in_flight);
  const std::uint64_t enough =
      std::bit_ceil(std::max(2 * result.environment.file_limit, users * result.targets.size() + kOtherFiles));
  limits.push_back(limit_in(held, Resource::file_descriptors, evidence,
                            fmt::format("allow more with `ulimit -n {}`", enough)));
}

bool of_the_network(const RunResult& result, const Seconds& held) {
  return result.health.link && held.size() >= kFullSeconds &&
         static_cast<double>(held.size()) >= kFullShare * static_cast<double>(result.health.seconds.size());
}

bool find_full_link(const RunResult& result, std::vector<HeldLimit>& limits) {
  Seconds held;
  for (const HealthSecond& second : result.health.seconds)
    if (link_of(second) >= kFullLink) held.push_back(&second);
  if (!of_the_network(result, held)) return false;
  const auto evidence = fmt::format("{} carried {:.0f} % of its {:.3g} Gbit/s {}", result.health.link->name,
                                    std::min(mean_of(held, link_of), 1.0) * 100,
                                    static_cast<double>(result.health.link->bits_per_s) / 1e9, when(held));
  limits.push_back(
      limit_in(held, Resource::network, evidence,
               "ask for fewer bytes (compression, smaller pages), use a faster link, or share the "
               "load between machines (`--segment K/N`)"));
  return true;
}

// Loss is looked for where the run suffered: in overloaded seconds, and in all of the closed model, which
// only slows down.
Seconds suffering(const RunResult& result, const Overload& overload) {
  Seconds seconds = seconds_of(result, false);
  seconds.insert(seconds.end(), overload.exhausted.begin(), overload.exhausted.end());
  std::ranges::sort(seconds, {}, &HealthSecond::second);
  return seconds;
}

void find_loss(const RunResult& result, const Overload& overload, std::vector<HeldLimit>& limits) {
  Seconds held;
  std::uint64_t sent = 0, again = 0;
  for (const HealthSecond* second : suffering(result, overload)) {
    const std::uint64_t lost = second->machine.segments_retransmitted.value_or(0);
    const std::uint64_t all = second->machine.segments_sent.value_or(0);
    if (lost == 0 || static_cast<double>(lost) < kLossy * static_cast<double>(all)) continue;
    held.push_back(second);
    again += lost;
    sent += all;
  }
  if (!of_the_network(result, held) || again < kFewestLost) return;
  const auto evidence = fmt::format(
      "{} of this machine's TCP segments had to be sent again {}",
      percent(static_cast<double>(again) / static_cast<double>(std::max(sent, again))), when(held));
  limits.push_back(
      limit_in(held, Resource::network, evidence,
               "look for loss between this machine and the target: a full link, a full queue of a "
               "router or of the target"));
}

}  // namespace

std::uint64_t unsent_for_want_of(const RunResult& result, Outcome outcome) {
  if (outcome == Outcome::no_local_port && !was_reached(result)) return 0;
  std::uint64_t unsent = 0;
  for (const Series& series : result.series) unsent += series.outcomes[static_cast<std::size_t>(outcome)];
  return unsent;
}

void find_exhausted_machine(const RunResult& result, std::vector<HeldLimit>& limits) {
  find_ports(result, limits);
  find_files(result, limits);
}

void find_full_network(const RunResult& result, const Overload& overload, std::vector<HeldLimit>& limits) {
  if (!find_full_link(result, limits)) find_loss(result, overload, limits);
}

}  // namespace assay::verdict
