#include "verdict/prospect.h"

#include <algorithm>
#include <cmath>

#include "stats/noise_prior.h"
#include "stats/planned_test.h"
#include "verdict/duration_table.h"
#include "verdict/metric_judgement.h"

namespace assay::verdict {
namespace {

using config::CompareSpec;

constexpr double kShortest = 20, kLongest = 24 * 3600;  // seconds
constexpr double kFewestTogether = 1000;                // 40 slots of 25 requests
constexpr double kFewestBeyond = 15, kFewestBeyondP99 = 10;
// Expected errors at the margin below which not even zero errors could pass (the rule of three).
constexpr double kMostRate = 10;
constexpr double kTail = 0.95;
constexpr double kUsualCorrelation = 5;  // seconds, where no run and no gate tells it

Prospect about(const CompareSpec& compare) {
  Prospect prospect;
  prospect.metric = compare.source_text;
  prospect.margin = compare.margin;
  if (compare.what == CompareSpec::What::error_rate) prospect.unit = Unit::ratio;
  if (compare.what == CompareSpec::What::throughput) prospect.unit = Unit::per_second;
  return prospect;
}

// On the scale on which the test measures harm, and back.
double log_margin(const CompareSpec& compare) {
  return compare.what == CompareSpec::What::throughput ? -std::log1p(-compare.margin)
                                                       : std::log1p(compare.margin);
}
double harm_of(const CompareSpec& compare, double log_ratio) {
  return compare.what == CompareSpec::What::throughput ? -std::expm1(-log_ratio) : std::expm1(log_ratio);
}

bool is_too_little(const CompareSpec& compare, const LoadPlan& plan, double alpha) {
  return plan.seconds * (1 + 1e-9) < shortest_comparison(compare, plan.requests_per_s, alpha);
}

Span alone(double value) { return {value, value}; }

// How long slow noise lasts, from as many runs as a gate would believe.
double usual_correlation(const MetricNoise& noise) {
  if (noise.spectra.size() < stats::NoiseProfile::kFewest) return kUsualCorrelation;
  const std::vector<stats::NoiseVector> oldest_first(noise.spectra.rbegin(), noise.spectra.rend());
  return stats::correlation_of(oldest_first).seconds;
}

// The smallest argument at which `enough` holds, searched on the logarithmic scale.
template <class Enough>
std::optional<double> smallest(const Enough& enough, double low, double high) {
  if (!enough(high)) return std::nullopt;
  if (enough(low)) return low;
  for (int step = 0; step < 10; ++step) {
    const double middle = std::sqrt(low * high);
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

// One latency, or the throughput, whose noise is known, at any length and rate.
class KnownRatio {
 public:
  KnownRatio(const CompareSpec& compare, const NoiseFacts& known, const MetricNoise& noise,
             const config::JudgementSpec& judgement)
      : compare_(compare),
        known_(known),
        noise_(noise),
        margin_(log_margin(compare)),
        alpha_(judgement.alpha()),
        correlation_(judgement.correlation_seconds().value_or(usual_correlation(noise))) {}

  stats::PlannedTest test(const LoadPlan& plan) const {
    const stats::TestPlan planned{plan.seconds, plan.requests_per_s, correlation_};
    const double evidence = known_.seconds * known_.requests_per_s / (plan.seconds * plan.requests_per_s);
    const double white = noise_.standard_error * noise_.standard_error * (1 - noise_.slow_share) * evidence;
    const double placement = noise_.instance_sd ? 2 * *noise_.instance_sd * *noise_.instance_sd : 0;
    return {std::sqrt(white + placement), stats::slow_ratios(noise_.spectra, planned), planned, margin_,
            alpha_};
  }

  double chance(const LoadPlan& plan) const {
    return plan.seconds < shortest_comparison(compare_, plan.requests_per_s, alpha_)
               ? 0
               : test(plan).chance_to_pass(0);
  }
  double alpha() const { return alpha_; }
  bool usually_passes(const LoadPlan& plan) const { return chance(plan) >= stats::kUsualPower; }

 private:
  const CompareSpec& compare_;
  const NoiseFacts& known_;
  const MetricNoise& noise_;
  double margin_, alpha_, correlation_;
};

Prospect known_ratio(const CompareSpec& compare, const LoadPlan& plan, const KnownRatio& ratio) {
  Prospect prospect = about(compare);
  prospect.chance = alone(ratio.chance(plan));
  if (!is_too_little(compare, plan, ratio.alpha()))
    prospect.smallest_detectable = alone(harm_of(compare, ratio.test(plan).smallest_detectable()));
  const auto time = smallest(
      [&](double seconds) {
        return ratio.usually_passes({seconds, plan.requests_per_s});
      },
      kShortest, kLongest);
  if (time) prospect.seconds_needed = alone(*time);
  prospect.rate_needed = smallest(
      [&](double rate) {
        return ratio.usually_passes({plan.seconds, plan.requests_per_s * rate});
      },
      1, kMostRate);
  return prospect;
}

// What shrinks with the rate and what does not, as in a run's own forecast.
Prospect known_errors(const CompareSpec& compare, const LoadPlan& plan, const NoiseFacts& known,
                      const MetricNoise& noise, double alpha) {
  Prospect prospect = about(compare);
  const double rate = plan.requests_per_s / known.requests_per_s;
  const double variance = noise.standard_error * noise.standard_error *
                          (noise.slow_share + (1 - noise.slow_share) / rate) * known.seconds / plan.seconds;
  const stats::Precision precision{std::sqrt(variance), compare.margin, alpha};
  const double few = shortest_comparison(compare, plan.requests_per_s, alpha);
  const bool too_little = is_too_little(compare, plan, alpha);
  prospect.chance = alone(too_little ? 0 : precision.chance_to_pass());
  if (!too_little) prospect.smallest_detectable = alone(precision.smallest_detectable());
  prospect.seconds_needed = alone(std::max(few, plan.seconds * precision.evidence_needed()));
  const double more = stats::rate_needed(precision.evidence_needed(), noise.slow_share);
  if (more <= kMostRate) prospect.rate_needed = std::max({1.0, more, few / plan.seconds});
  return prospect;
}

// A table knows after which time identical versions pass four times in five; the rest follows from how a
// standard error shrinks.
Prospect latency_by_table(const CompareSpec& compare, const LoadPlan& plan, double alpha,
                          const DurationRange& needed) {
  Prospect prospect = about(compare);
  prospect.by_table = true;
  const double few = shortest_comparison(compare, plan.requests_per_s, alpha);
  prospect.seconds_needed = Span{std::max(few, needed.shortest), std::max(few, needed.longest)};
  prospect.chance = Span{};
  if (is_too_little(compare, plan, alpha)) return prospect;
  const double margin = std::log1p(compare.margin);
  const auto after = [&](double seconds) {
    const double error = margin / stats::planning_distance(alpha) * std::sqrt(seconds / plan.seconds);
    return stats::Precision{error, margin, alpha};
  };
  const auto best = after(needed.shortest), worst = after(needed.longest);
  prospect.chance = Span{best.chance_to_pass(), worst.chance_to_pass()};
  prospect.smallest_detectable =
      Span{std::expm1(best.smallest_detectable()), std::expm1(worst.smallest_detectable())};
  return prospect;
}

Prospect too_short(const CompareSpec& compare, const LoadPlan& plan, double alpha) {
  Prospect prospect = about(compare);
  prospect.seconds_needed = alone(shortest_comparison(compare, plan.requests_per_s, alpha));
  prospect.chance = Span{};
  return prospect;
}

// The variance of a difference of two rates p is 2p/n; 2.49 standard errors of it must fit in the margin.
Prospect errors_by_rule(const CompareSpec& compare, const LoadPlan& plan, double alpha) {
  Prospect prospect = about(compare);
  prospect.by_table = true;
  if (is_too_little(compare, plan, alpha)) return too_short(compare, plan, alpha);
  const double per_arm = plan.seconds * plan.requests_per_s / 2;
  const double distance = compare.margin / stats::planning_distance(alpha);
  prospect.highest_error_rate = std::min(1.0, per_arm * distance * distance / 2);
  return prospect;
}

// Of stalls nothing can be said but that the plan is too short to prove anything of them.
void add_short_proof(std::vector<Prospect>& all, const CompareSpec& compare, const LoadPlan& plan,
                     double alpha) {
  if (compare.proving && is_too_little(compare, plan, alpha)) all.push_back(too_short(compare, plan, alpha));
}

}  // namespace

double fewest_requests(const CompareSpec& compare) {
  if (compare.what == CompareSpec::What::error_rate) return kFewestErrorsAtMargin / compare.margin;
  if (compare.what == CompareSpec::What::tail5) return kFewestBeyond / (1 - kTail);
  const double q = compare.quantile;
  if (compare.what != CompareSpec::What::quantile || (q > 0.2 && q < 0.8)) return 0;
  return (q > kTail ? kFewestBeyondP99 : kFewestBeyond) / std::min(q, 1 - q);
}

double shortest_comparison(const CompareSpec& compare, double requests_per_s, double alpha) {
  const double together = std::max(compare.is_latency() ? kFewestTogether : 0, 2 * fewest_requests(compare));
  return std::max({kShortest, together / requests_per_s, shortest_proof(compare, alpha)});
}

std::vector<Prospect> prospects(const config::GateSpec& gate, const LoadPlan& plan, const NoiseFacts& known) {
  std::vector<Prospect> all;
  for (const CompareSpec& compare : gate.compare) {
    if (compare.what == CompareSpec::What::stalls) {
      add_short_proof(all, compare, plan, gate.judgement.alpha());
      continue;
    }
    const MetricNoise* noise = known.of(compare.source_text);
    if (noise == nullptr || !(noise->standard_error > 0)) {
      all.push_back(about(compare));
    } else if (compare.what != CompareSpec::What::error_rate) {
      all.push_back(known_ratio(compare, plan, {compare, known, *noise, gate.judgement}));
    } else {
      all.push_back(known_errors(compare, plan, known, *noise, gate.judgement.alpha()));
    }
  }
  return all;
}

std::vector<Prospect> prospects_by_table(const config::GateSpec& gate, const LoadPlan& plan) {
  const double alpha = gate.judgement.alpha();
  std::vector<Prospect> all;
  for (const CompareSpec& compare : gate.compare) {
    if (compare.what == CompareSpec::What::stalls) {
      add_short_proof(all, compare, plan, alpha);
      continue;
    }
    const auto needed = table_duration(compare, plan.requests_per_s);
    if (compare.what == CompareSpec::What::error_rate) {
      all.push_back(errors_by_rule(compare, plan, alpha));
    } else {
      all.push_back(needed ? latency_by_table(compare, plan, alpha, *needed) : about(compare));
    }
  }
  return all;
}

Span chance_of_all(std::span<const Prospect> prospects) {
  Span all{1, 1};
  for (const Prospect& prospect : prospects) {
    if (!prospect.chance) continue;
    all.best *= prospect.chance->best;
    all.worst *= prospect.chance->worst;
  }
  return all;
}

}  // namespace assay::verdict
