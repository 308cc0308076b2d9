#include "generators/scraped_service.h"

#include <algorithm>
#include <cmath>

#include "generators/draws.h"
#include "stats/bucket_quantile.h"
#include "stats/distributions.h"

namespace assay::statistics {
namespace {

constexpr double kMedian = 50e6, kSigma = 0.5;  // of lognormal times, in nanoseconds

double below(double bound, double factor) {
  return stats::normal_cdf(std::log(bound / (kMedian * factor)) / kSigma);
}

std::uint64_t poisson(Draws& draws, double mean) {
  if (mean > 200)
    return static_cast<std::uint64_t>(std::max(0.0, std::round(mean + std::sqrt(mean) * draws.normal())));
  std::uint64_t count = 0;
  for (double left = draws.exponential(1); left < mean; left += draws.exponential(1)) ++count;
  return count;
}

// Slow noise of one instance, second by second.
class OwnDrift {
 public:
  OwnDrift(double deviation, double seconds, Draws& draws)
      : deviation_(deviation), kept_(std::exp(-1 / seconds)), draws_(draws), now_(draws.normal()) {}

  double next() {
    now_ = kept_ * now_ + std::sqrt(1 - kept_ * kept_) * draws_.normal();
    return std::exp(deviation_ * now_);
  }

 private:
  double deviation_, kept_;
  Draws& draws_;
  double now_;
};

ServerMetric blank(const ScrapedService& service, ServerMetricKind kind, Unit unit) {
  ServerMetric metric;
  metric.name = "m";
  metric.kind = kind;
  metric.unit = unit;
  metric.block = Nanos{std::llround(service.block_s * 1e9)};
  metric.sources = {MetricSource{}, MetricSource{}};
  for (std::size_t k = 0; k < service.blocks; ++k) {
    const auto from = metric.block * static_cast<std::int64_t>(k);
    metric.blocks.push_back({from, from + metric.block, {}});
  }
  return metric;
}

// Calls `use(block, factor of the times, requests a second, draws)` for each second of an arm.
template <class Use>
void each_second(const ScrapedService& service, ServerMetric& metric, Arm arm, std::uint64_t seed,
                 const Use& use) {
  const bool candidate = arm == Arm::candidate;
  Draws draws(seed, candidate ? 1 : 2);
  OwnDrift drift(service.own_drift, service.own_seconds, draws);
  const double rate = candidate ? service.candidate_per_s : service.baseline_per_s;
  for (MetricBlock& block : metric.blocks)
    for (int second = 0; second < static_cast<int>(service.block_s); ++second)
      use(block.arm(arm), drift.next() * (candidate ? service.slower : 1.0), rate, draws);
}

void add_buckets(ArmBlock& block, double factor, double rate, Draws& draws) {
  const auto& bounds = ScrapedService::bounds();
  block.buckets.resize(bounds.size() + 1);
  double before = 0;
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    const double up_to = i < bounds.size() ? below(bounds[i], factor) : 1;
    const std::uint64_t count = poisson(draws, rate * (up_to - before));
    block.buckets[i] += count;
    block.requests += count;
    before = up_to;
  }
}

}  // namespace

const std::vector<double>& ScrapedService::bounds() {
  static const std::vector<double> kBounds = {5e6,   10e6,  25e6,  50e6, 75e6, 100e6,
                                              250e6, 500e6, 750e6, 1e9,  2.5e9};
  return kBounds;
}

ServerMetric ScrapedService::quantile(double q, std::uint64_t seed) const {
  ServerMetric metric = blank(*this, ServerMetricKind::quantile, Unit::nanoseconds);
  metric.quantile = q;
  metric.bounds = bounds();
  for (const Arm arm : {Arm::candidate, Arm::baseline}) each_second(*this, metric, arm, seed, add_buckets);
  return metric;
}

ServerMetric ScrapedService::mean(std::uint64_t seed) const {
  ServerMetric metric = blank(*this, ServerMetricKind::value, Unit::nanoseconds);
  const double mean = kMedian * std::exp(kSigma * kSigma / 2);
  const double spread = std::sqrt(std::expm1(kSigma * kSigma));
  for (const Arm arm : {Arm::candidate, Arm::baseline})
    each_second(*this, metric, arm, seed, [&](ArmBlock& block, double factor, double rate, Draws& draws) {
      const double value = mean * factor * (1 + spread / std::sqrt(rate) * draws.normal());
      block.value = block.value.value_or(0) + value / block_s;
    });
  return metric;
}

ServerMetric ScrapedService::errors(std::uint64_t seed) const {
  ServerMetric metric = blank(*this, ServerMetricKind::ratio, Unit::ratio);
  constexpr double kOutage = 5, kFailing = 0.2;  // seconds, and the share of requests that fail in them
  Draws outages(seed, 3);
  std::vector<char> is_out(blocks * static_cast<std::size_t>(block_s), 0);
  const double per_second = error_rate * shared_outage_share / (kOutage * kFailing);
  for (std::size_t second = 0; second < is_out.size(); ++second)
    if (outages.uniform() < per_second)
      for (std::size_t k = second; k < std::min(is_out.size(), second + static_cast<std::size_t>(kOutage));
           ++k)
        is_out[k] = 1;
  for (const Arm arm : {Arm::candidate, Arm::baseline}) {
    std::size_t second = 0;
    each_second(*this, metric, arm, seed, [&](ArmBlock& block, double, double rate, Draws& draws) {
      const double usual = error_rate * (1 - shared_outage_share) + (arm == Arm::candidate ? excess : 0);
      const double failing = std::min(1.0, usual + (is_out[second++] != 0 ? kFailing : 0));
      const std::uint64_t failed = poisson(draws, rate * failing);
      block.events += failed;
      block.requests += failed + poisson(draws, rate * (1 - failing));
    });
  }
  return metric;
}

double ScrapedService::true_quantile(double q, double factor) const {
  constexpr double kMany = 1e12;
  std::vector<std::uint64_t> counts;
  double before = 0;
  for (const double bound : bounds()) {
    counts.push_back(static_cast<std::uint64_t>(kMany * (below(bound, factor) - before)));
    before = below(bound, factor);
  }
  counts.push_back(static_cast<std::uint64_t>(kMany * (1 - before)));
  return stats::bucket_quantile(bounds(), counts, q)->value;
}

}  // namespace assay::statistics
