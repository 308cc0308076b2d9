#include "generators/error_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "generators/draws.h"

namespace assay::statistics {
namespace {

constexpr double kSlotSeconds = 0.5;
constexpr std::int64_t kResponseTimeNs = 50'000'000;
constexpr double kShareInOutages = 0.8;
constexpr double kDriftSigma = 0.7, kDriftSeconds = 5;

constexpr std::array<std::pair<ErrorFamily, std::string_view>, 5> kFamilies{{
    {ErrorFamily::independent, "independent"},
    {ErrorFamily::shared_outages, "shared"},
    {ErrorFamily::own_short_outages, "own-1s"},
    {ErrorFamily::own_long_outages, "own-5s"},
    {ErrorFamily::own_drift, "own-drift"},
}};

struct Outages {
  double seconds, severity;
};

Outages outages_of(ErrorFamily family) {
  return family == ErrorFamily::own_short_outages ? Outages{1, 0.5} : Outages{5, 0.2};
}

using Rates = std::vector<double>;  // by slot

// Outages of which the rates have `in_outages` in the long run; one may be under way when the run begins.
void add_outages(Rates& rates, const Outages& outages, double in_outages, Draws& draws) {
  const double gap = outages.seconds * outages.severity / in_outages;
  const double end = kSlotSeconds * static_cast<double>(rates.size());
  double start =
      draws.uniform() < outages.seconds / gap ? -outages.seconds * draws.uniform() : draws.exponential(gap);
  for (; start < end; start += outages.seconds + draws.exponential(gap)) {
    const auto first = static_cast<std::size_t>(std::max(0.0, start / kSlotSeconds));
    for (std::size_t k = first; k < rates.size(); ++k) {
      const double begins = kSlotSeconds * static_cast<double>(k);
      const double overlap =
          std::min(start + outages.seconds, begins + kSlotSeconds) - std::max(start, begins);
      if (overlap <= 0) break;
      rates[k] += outages.severity * overlap / kSlotSeconds;
    }
  }
}

void drift(Rates& rates, Draws& draws) {
  const double kept = std::exp(-kSlotSeconds / kDriftSeconds), fresh = std::sqrt(1 - kept * kept);
  double value = draws.normal();
  for (double& rate : rates) {
    rate *= std::exp(kDriftSigma * value - kDriftSigma * kDriftSigma / 2);
    value = kept * value + fresh * draws.normal();
  }
}

// By Arm. Shared outages are the baseline's whole rate; an excess of the candidate is then independent.
std::array<Rates, kArmCount> error_rates(const ErrorRun& run, std::size_t slots, Draws& draws) {
  std::array<Rates, kArmCount> rates;
  Rates shared(slots, run.baseline_rate * (1 - kShareInOutages));
  if (run.family == ErrorFamily::shared_outages)
    add_outages(shared, outages_of(run.family), run.baseline_rate * kShareInOutages, draws);
  for (const Arm arm : {Arm::candidate, Arm::baseline}) {
    const double excess = arm == Arm::candidate ? run.excess : 0;
    const double rate = run.baseline_rate + excess;
    Rates& own = rates[static_cast<std::size_t>(arm)];
    own.assign(slots, rate);
    if (run.family == ErrorFamily::shared_outages)
      std::transform(shared.begin(), shared.end(), own.begin(), [=](double each) { return each + excess; });
    if (run.family == ErrorFamily::own_short_outages || run.family == ErrorFamily::own_long_outages) {
      own.assign(slots, rate * (1 - kShareInOutages));
      add_outages(own, outages_of(run.family), rate * kShareInOutages, draws);
    }
    if (run.family == ErrorFamily::own_drift) drift(own, draws);
  }
  return rates;
}

// Failures among `requests`, by the gaps between them while they are rare.
std::uint64_t failures(std::uint64_t requests, double rate, Draws& draws) {
  std::uint64_t count = 0;
  if (rate <= 0) return count;
  if (rate >= 0.05) {
    for (std::uint64_t i = 0; i < requests; ++i) count += draws.uniform() < rate;
    return count;
  }
  const double per_request = -std::log1p(-rate);
  for (double at = draws.exponential(1 / per_request); at < static_cast<double>(requests);
       at = std::ceil(at) + draws.exponential(1 / per_request))
    ++count;
  return count;
}

}  // namespace

std::string_view name(ErrorFamily family) { return kFamilies[static_cast<std::size_t>(family)].second; }

std::optional<ErrorFamily> error_family_from(std::string_view text) {
  const auto found = std::find_if(kFamilies.begin(), kFamilies.end(),
                                  [text](const auto& each) { return each.second == text; });
  if (found == kFamilies.end()) return std::nullopt;
  return found->first;
}

verdict::ArmSeries simulate_errors(const ErrorRun& run, std::uint64_t seed) {
  Draws draws(seed, 3);
  verdict::ArmSeries series;
  series.slot_seconds = kSlotSeconds;
  series.slot_count = static_cast<std::size_t>(std::lround(run.seconds / kSlotSeconds));
  const auto rates = error_rates(run, series.slot_count, draws);
  const double expected = run.per_second * kSlotSeconds / kArmCount;
  for (std::size_t arm = 0; arm < kArmCount; ++arm) {
    verdict::ArmTimes& times = series.arms[arm];
    times.slots.resize(series.slot_count);
    times.errors.resize(series.slot_count);
    for (std::size_t k = 0; k < series.slot_count; ++k) {
      const double whole = std::floor(expected);
      const auto requests = static_cast<std::uint64_t>(whole) + (draws.uniform() < expected - whole ? 1 : 0);
      times.slots[k].record(kResponseTimeNs, requests);
      times.errors[k] = failures(requests, rates[arm][k], draws);
      times.error_count += times.errors[k];
      times.all.record(kResponseTimeNs, requests);
    }
  }
  return series;
}

}  // namespace assay::statistics
