#include "stats/sequential_shift.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/distributions.h"

namespace assay::stats {
namespace {

constexpr double kCorrelationTimes = 3;  // in a block
constexpr double kFewestBeyond = 5;      // requests of each arm beyond the quantile
constexpr double kNormalMad = 1.4826;    // median absolute deviation to standard deviation
constexpr double kClipAt = 3;            // standard deviations of the pilot
constexpr double kTunedTo = 25;          // blocks after which a decision is expected

std::uint64_t fewest_requests(const ShiftMetric& metric) {
  const double beyond = std::min(metric.quantile, 1 - metric.quantile);
  return static_cast<std::uint64_t>(std::ceil(kFewestBeyond / beyond * (1 - 1e-9)));
}

void append(LogValues& into, const LogValues& from) {
  into.values.insert(into.values.end(), from.values.begin(), from.values.end());
  into.requests += from.requests;
}

double quantile_of(const LogValues& times, double q) {
  const double rank = std::ceil(q * static_cast<double>(times.requests));
  double seen = 0;
  for (const auto& value : times.values) {
    seen += value.count;
    if (seen >= rank) return value.log_ns;
  }
  return times.values.back().log_ns;
}

// Mean log time of the slowest `share`.
double tail_mean(const LogValues& times, double share) {
  const double wanted = std::max(1.0, std::floor(share * static_cast<double>(times.requests)));
  double left = wanted, sum = 0;
  for (auto value = times.values.rbegin(); value != times.values.rend() && left > 0; ++value) {
    const double taken = std::min(left, static_cast<double>(value->count));
    sum += taken * value->log_ns;
    left -= taken;
  }
  return sum / wanted;
}

double statistic(const ShiftMetric& metric, LogValues& times) {
  std::sort(times.values.begin(), times.values.end(),
            [](const LogValue& a, const LogValue& b) { return a.log_ns < b.log_ns; });
  return metric.kind == ShiftMetric::Kind::tail5 ? tail_mean(times, 1 - metric.quantile)
                                                 : quantile_of(times, metric.quantile);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double deviation_of(std::span<const double> pilot) {
  std::vector<double> distances(pilot.begin(), pilot.end());
  const double middle = median(distances);
  for (double& value : distances) value = std::fabs(value - middle);
  return kNormalMad * median(distances);
}

// What the pilot fixes: where ratios are clipped, and for which amount of evidence the mixture is best.
struct Scale {
  double clip = 0, rho = 0;

  Scale(std::span<const double> pilot, double margin, double alpha) {
    constexpr double kLeast = 1e-4;  // 0.01 % of a time: constant times have no deviation
    const double deviation = std::max(kLeast, deviation_of(pilot));
    clip = std::max(kClipAt * deviation, margin);
    const double evidence = -2 * std::log(2 * alpha);
    rho = kTunedTo * deviation * deviation / (evidence + std::log1p(evidence));
  }
};

void note_proof(double log_e, const ShiftEvidence& evidence, std::size_t& proven_after) {
  if (proven_after == 0 && log_e >= evidence.decides_at) proven_after = evidence.blocks;
}

}  // namespace

BlockRule block_rule(const ShiftMetric& metric, double slot_seconds, double correlation_seconds,
                     double per_second) {
  const std::uint64_t fewest = fewest_requests(metric);
  // Twice as many as needed, so that chance seldom leaves a block out.
  const double enough = per_second > 0 ? 2 * static_cast<double>(fewest) / per_second : 0;
  const double seconds = std::max(kCorrelationTimes * correlation_seconds, enough);
  return {static_cast<std::size_t>(std::max(1.0, std::ceil(seconds / slot_seconds * (1 - 1e-9)))), fewest};
}

BlockRatios::BlockRatios(const ShiftMetric& metric, const BlockRule& rule) : metric_(metric), rule_(rule) {}

void BlockRatios::add(const SlotValues& slot) {
  append(candidate_, slot.candidate);
  append(baseline_, slot.baseline);
  if (++slots_ == rule_.slots) close_block();
}

void BlockRatios::close_block() {
  if (candidate_.requests >= rule_.fewest_requests && baseline_.requests >= rule_.fewest_requests)
    ratios_.push_back(statistic(metric_, candidate_) - statistic(metric_, baseline_));
  else
    ++left_out_;
  candidate_ = {};
  baseline_ = {};
  slots_ = 0;
}

double log_symmetric_mixture(double sum, double squares, double rho) {
  const double z = sum / std::sqrt(squares + rho);
  const double scale = 0.5 * std::log(4 * rho / (squares + rho));
  // The normal tail as Mills's ratio where its logarithm would be lost.
  if (z < -30) return scale - std::log(-z) - 0.5 * std::log(2 * std::numbers::pi);
  return scale + z * z / 2 + std::log(normal_cdf(z));
}

ShiftEvidence watch_shift(std::span<const double> ratios, double margin, double alpha) {
  ShiftEvidence evidence;
  evidence.decides_at = -std::log(alpha);
  evidence.blocks = std::min(ratios.size(), ShiftEvidence::kPilotBlocks);
  if (ratios.size() <= ShiftEvidence::kPilotBlocks) return evidence;
  const Scale scale(ratios.first(ShiftEvidence::kPilotBlocks), margin, alpha);
  double sum = 0, squares = 0;
  for (const double ratio : ratios.subspan(ShiftEvidence::kPilotBlocks)) {
    const double x = std::clamp(ratio - margin, -scale.clip, scale.clip);
    sum += x;
    squares += x * x;
    ++evidence.blocks;
    evidence.fail_log_e = log_symmetric_mixture(sum, squares, scale.rho);
    evidence.pass_log_e = log_symmetric_mixture(-sum, squares, scale.rho);
    evidence.fail_most = std::max(evidence.fail_most, evidence.fail_log_e);
    evidence.pass_most = std::max(evidence.pass_most, evidence.pass_log_e);
    note_proof(evidence.pass_log_e, evidence, evidence.passed_after);
    note_proof(evidence.fail_log_e, evidence, evidence.failed_after);
  }
  return evidence;
}

}  // namespace assay::stats
