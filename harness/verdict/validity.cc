#include "verdict/validity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>

#include "base/units.h"
#include "model/filter.h"
#include "stats/distributions.h"
#include "verdict/bottleneck.h"
#include "verdict/lateness.h"
#include "verdict/overload.h"
#include "verdict/warm_up.h"
#include "verdict/wording.h"

namespace assay::verdict {
namespace {

constexpr double kMostWaitedForWorker = 0.01;
constexpr double kMismatchLevel = 1e-6;
constexpr double kBrokenBaseline = 0.5;

using Findings = std::vector<Finding>;

void invalid(Findings& findings, std::string subject, std::string sentence) {
  Finding finding;
  finding.kind = FindingKind::validity;
  finding.state = FindingState::invalid;
  finding.subject = std::move(subject);
  finding.sentence = std::move(sentence);
  findings.push_back(std::move(finding));
}

void remark(Findings& findings, std::string subject, std::string sentence) {
  invalid(findings, std::move(subject), std::move(sentence));
  findings.back().state = FindingState::info;
  findings.back().severity = Severity::info;
}

std::string signal_text(int signal) {
  if (signal == SIGINT) return "SIGINT";
  if (signal == SIGTERM) return "SIGTERM";
  return fmt::format("signal {}", signal);
}

const TargetFacts* target_of(const RunResult& result, Arm arm) {
  const auto found = std::find_if(result.targets.begin(), result.targets.end(),
                                  [&](const TargetFacts& target) { return target.arm == arm; });
  return found == result.targets.end() ? nullptr : &*found;
}

std::string url_of(const RunResult& result, Arm arm) {
  const TargetFacts* target = target_of(result, arm);
  return target == nullptr ? fmt::format("the {}", name(arm)) : target->url;
}

Aggregated all_of_arm(const RunResult& result, Arm arm) {
  SeriesFilter filter;
  filter.arm = arm;
  return aggregate(result, filter);
}

std::uint64_t sum_of(const Aggregated& all, std::initializer_list<Outcome> outcomes) {
  std::uint64_t sum = 0;
  for (const Outcome outcome : outcomes) sum += all.outcomes[static_cast<std::size_t>(outcome)];
  return sum;
}

const FailureExample* example_of(const RunResult& result, Arm arm, std::initializer_list<Outcome> outcomes) {
  const FailureExample* most = nullptr;
  for (const FailureExample& failure : result.failures) {
    const bool wanted = std::find(outcomes.begin(), outcomes.end(), failure.outcome) != outcomes.end();
    if (failure.arm != arm || !wanted) continue;
    if (most == nullptr || failure.count > most->count) most = &failure;
  }
  return most;
}

std::string with_detail(std::string sentence, const FailureExample* example) {
  if (example != nullptr && !example->detail.empty()) sentence += ": " + example->detail;
  return sentence;
}

// no_local_port is also what the kernel says of a target that no address of this machine leads to.
constexpr auto kUnreachable = {Outcome::connect_refused, Outcome::connect_timeout, Outcome::connect_failed,
                               Outcome::no_local_port, Outcome::dns};

// A target that no request reached says nothing about the version behind it. Requests that were never sent or
// never finished do not speak against that.
void check_reached(Findings& findings, const RunResult& result, Arm arm) {
  const Aggregated all = all_of_arm(result, arm);
  if (all.count == 0) {
    invalid(findings, "requests",
            fmt::format("no judged request went to the {} ({})", name(arm), url_of(result, arm)));
    return;
  }
  const std::uint64_t unsent = sum_of(all, {Outcome::shed, Outcome::aborted});
  const std::uint64_t unreachable = sum_of(all, kUnreachable);
  const std::uint64_t untrusted = sum_of(all, {Outcome::tls});
  if (unreachable + untrusted == 0 || unreachable + untrusted + unsent < all.count) return;
  if (untrusted > unreachable) {
    invalid(findings, "TLS",
            with_detail(fmt::format("no request reached the {}: the TLS handshake with {} failed", name(arm),
                                    url_of(result, arm)),
                        example_of(result, arm, {Outcome::tls})));
    return;
  }
  const bool refused = sum_of(all, {Outcome::connect_refused}) * 2 > unreachable;
  const auto what = refused ? "nothing listens at" : "no connection could be made to";
  invalid(findings, "connections",
          with_detail(fmt::format("no request reached the {}: {} {}", name(arm), what, url_of(result, arm)),
                      example_of(result, arm, kUnreachable)));
}

double busiest_worker(const GeneratorHealth& health) {
  double busiest = 0;
  for (const HealthSecond& second : health.seconds) busiest = std::max(busiest, second.busiest_worker_ratio);
  return busiest;
}

const Limit* limit_of(const std::vector<Limit>& limits, std::initializer_list<Resource> resources) {
  const auto found = std::ranges::find_if(limits, [&](const Limit& limit) {
    return std::ranges::find(resources, limit.resource) != resources.end();
  });
  return found == limits.end() ? nullptr : &*found;
}

// The evidence has a line of its own in every report.
std::string limit_text(const Limit& limit) {
  return fmt::format("limit: {}; {}", title(limit.resource), limit.advice);
}

// The limit on the generator's side, or what can be said where no second shows one.
std::string limit_hit(const RunResult& result, const std::vector<Limit>& limits) {
  if (const Limit* limit = limit_of(limits, {Resource::own_cpu, Resource::machine}))
    return limit_text(*limit);
  const double busiest = busiest_worker(result.health);
  if (busiest < kWholeCore) return "the machine was busy (no worker used a whole core)";
  return fmt::format("a worker used {:.0f} % of its core: offer less, or give assay more workers",
                     busiest * 100);
}

void check_lateness(Findings& findings, const RunResult& result, const std::vector<Limit>& limits) {
  const Lateness lateness = lateness_of(result);
  if (!lateness.too_late) return;
  invalid(findings, "generator",
          fmt::format("the generator could not keep up: {} of the requests left more than {} late; {}",
                      percent(lateness.share), format_duration(lateness.allowed), limit_hit(result, limits)));
}

void check_arrivals(Findings& findings, const RunResult& result, const std::vector<Limit>& limits) {
  if (!offered_too_few(result.health)) return;
  invalid(findings, "generator",
          fmt::format("the generator could not keep up: it offered {} of the intended arrivals; {}",
                      percent(offered_share(result.health)), limit_hit(result, limits)));
}

// A worker that has no CPU left cannot free its virtual users either: such waiting is not the target's doing.
// Said only where lateness has not said it already.
void check_waiting(Findings& findings, const RunResult& result, const std::vector<Limit>& limits) {
  if (lateness_of(result).too_late) return;
  const std::uint64_t waited = overload_of(result).waited_for_worker;
  if (waited == 0) return;
  const double share =
      static_cast<double>(waited) / static_cast<double>(std::max(result.health.intended, waited));
  if (share <= kMostWaitedForWorker) return;
  invalid(
      findings, "generator",
      fmt::format("the generator could not keep up: {} of the arrivals waited for a worker that had no CPU "
                  "left; {}",
                  percent(share), limit_hit(result, limits)));
}

void check_unsent(Findings& findings, const RunResult& result, const std::vector<Limit>& limits,
                  Outcome outcome, Resource resource) {
  const std::uint64_t unsent = unsent_for_want_of(result, outcome);
  const Limit* limit = limit_of(limits, {resource});
  if (unsent == 0 || limit == nullptr) return;
  invalid(findings, std::string(title(resource)),
          fmt::format("this machine, not the target, failed {} of the requests; {}",
                      percent(static_cast<double>(unsent) / static_cast<double>(aggregate(result, {}).count)),
                      limit_text(*limit)));
}

bool open_model_only(const RunResult& result) {
  return !result.load.empty() && std::all_of(result.load.begin(), result.load.end(),
                                             [](const LoadPhaseFacts& phase) { return phase.open_model; });
}

// Counts at the first step of each scenario: later steps depend on how earlier ones ended.
std::array<double, kArmCount> iterations_by_arm(const RunResult& result) {
  std::set<std::string> seen;
  std::set<std::uint16_t> first_steps;
  for (std::size_t step = 0; step < result.steps.size(); ++step)
    if (seen.insert(result.steps[step].scenario).second) first_steps.insert(static_cast<std::uint16_t>(step));
  std::array<double, kArmCount> iterations{};
  for (const Series& series : result.series)
    if (first_steps.contains(series.key.step))
      iterations[static_cast<std::size_t>(series.key.arm)] += static_cast<double>(series.count);
  return iterations;
}

void check_sample_ratio(Findings& findings, const RunResult& result) {
  if (!open_model_only(result)) return;
  const auto [candidate, baseline] = iterations_by_arm(result);
  if (candidate + baseline <= 0) return;
  const double excess = candidate - baseline;
  if (stats::chi_square_upper(excess * excess / (candidate + baseline)) >= kMismatchLevel) return;
  invalid(findings, "sample ratio",
          fmt::format(
              "the arms did not get equal shares: {:.0f} iterations went to the candidate and {:.0f} to the "
              "baseline",
              candidate, baseline));
}

void check_baseline(Findings& findings, const RunResult& result) {
  const Aggregated all = all_of_arm(result, Arm::baseline);
  if (all.count == 0) return;
  const double rate = static_cast<double>(all.failed) / static_cast<double>(all.count);
  if (rate <= kBrokenBaseline) return;
  invalid(findings, "baseline",
          with_detail(fmt::format("the baseline is broken: {} of its requests failed, so it is no measure",
                                  percent(rate)),
                      example_of(result, Arm::baseline,
                                 {Outcome::status, Outcome::check, Outcome::response_timeout})));
}

// What both arms share is no version's doing. With one arm nobody knows: the version itself may start slowly.
void check_warm_up(Findings& findings, const RunResult& result) {
  const auto warm_up = find_warm_up(result);
  if (!warm_up) return;
  const auto start = rough_duration(warm_up->start_seconds);
  const auto excess = fmt::format("{:.0f} %", warm_up->excess * 100);
  const auto enough = fmt::format("{:.0f}s", warm_up->enough_seconds);
  if (has_arm(result, Arm::baseline)) {
    invalid(findings, "warm-up",
            fmt::format("the service was still warming up when judging began: both arms' p50 was at least {} "
                        "higher in the first {} than in the second half; choose `warm_up: {}` or more",
                        excess, start, enough));
  } else {
    remark(findings, "warm-up",
           fmt::format("p50 was {} higher in the first {} than in the second half; if the service was still "
                       "warming up, choose `warm_up: {}` or more",
                       excess, start, enough));
  }
}

void note_waiting(Findings& findings, const RunResult& result, const std::vector<Limit>& limits) {
  const GeneratorHealth& health = result.health;
  const Limit* told =
      limit_of(limits, {Resource::max_in_flight, Resource::target, Resource::own_cpu, Resource::machine});
  if (health.waited == 0 || told != nullptr) return;
  auto sentence = fmt::format("{} of {} arrivals waited for a free virtual user", format_count(health.waited),
                              format_count(health.intended));
  if (health.max_in_flight > 0) sentence += fmt::format("; max_in_flight is {}", health.max_in_flight);
  sentence += "; the wait counts in response times";
  remark(findings, "max_in_flight", std::move(sentence));
}

}  // namespace

bool has_arm(const RunResult& result, Arm arm) { return target_of(result, arm) != nullptr; }

std::vector<Finding> validity_findings(const RunResult& result, const std::vector<Limit>& limits) {
  Findings findings;
  if (result.could_not_run) {
    invalid(findings, "run", "the run could not be carried out: " + *result.could_not_run);
    return findings;
  }
  if (result.interrupted_by)
    invalid(findings, "run",
            fmt::format("the run was interrupted by {}", signal_text(*result.interrupted_by)));
  if (only_watched(result)) return findings;
  if (aggregate(result, {}).count == 0) {
    invalid(findings, "requests", "nothing was measured: no judged request");
    return findings;
  }
  check_unsent(findings, result, limits, Outcome::no_local_port, Resource::local_ports);
  check_unsent(findings, result, limits, Outcome::no_file, Resource::file_descriptors);
  for (const Arm arm : {Arm::candidate, Arm::baseline})
    if (has_arm(result, arm)) check_reached(findings, result, arm);
  check_lateness(findings, result, limits);
  check_arrivals(findings, result, limits);
  check_waiting(findings, result, limits);
  if (has_arm(result, Arm::baseline)) {
    check_sample_ratio(findings, result);
    check_baseline(findings, result);
  }
  check_warm_up(findings, result);
  note_waiting(findings, result, limits);
  return findings;
}

}  // namespace assay::verdict
