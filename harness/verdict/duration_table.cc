#include "verdict/duration_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace assay::verdict {
namespace {

constexpr std::size_t kRates = 3;
constexpr std::array<double, kRates> kRequestsPerS = {50, 200, 1000};
// Not reached in 600 s; by the shares of passes at 600 s it takes at most this.
constexpr double kBeyond = 2400;

// By kind of service: lognormal, two modes, heavy tail, shared noise, own noise.
using Kinds = std::array<double, 5>;

struct MetricRows {
  double margin;
  std::array<Kinds, kRates> seconds;
};

constexpr MetricRows kMedian = {0.10, {{{60, 30, 60, 30, 60}, {30, 30, 30, 30, 60}, {30, 30, 30, 30, 60}}}};
constexpr MetricRows kP95 = {0.10,
                             {{{120, 600, 600, 120, 120}, {60, 60, 120, 30, 120}, {30, 30, 30, 30, 60}}}};
constexpr MetricRows kTail5 = {
    0.10, {{{120, 600, kBeyond, 120, 600}, {60, 60, 600, 60, 120}, {30, 30, 60, 30, 120}}}};
constexpr MetricRows kP99 = {
    0.10, {{{600, 600, kBeyond, 600, 600}, {120, 120, 600, 60, 600}, {30, 30, 600, 30, 120}}}};
constexpr MetricRows kP99Wide = {0.20,
                                 {{{120, 120, 600, 120, 600}, {30, 30, 600, 30, 60}, {30, 30, 60, 30, 60}}}};

const MetricRows* rows_of(const config::CompareSpec& compare) {
  constexpr double kBetweenP99Margins = 0.15;
  if (compare.what == config::CompareSpec::What::tail5) return &kTail5;
  if (compare.what != config::CompareSpec::What::quantile || compare.quantile > 0.99) return nullptr;
  if (compare.quantile <= 0.5) return &kMedian;
  if (compare.quantile <= 0.95) return &kP95;
  return compare.margin < kBetweenP99Margins ? &kP99 : &kP99Wide;
}

// Linear in the logarithms of both.
double at_rate(const std::array<double, kRates>& seconds, double requests_per_s) {
  if (requests_per_s <= kRequestsPerS.front())
    return seconds.front() * kRequestsPerS.front() / requests_per_s;
  for (std::size_t i = 1; i < kRates; ++i) {
    if (requests_per_s > kRequestsPerS[i]) continue;
    const double part =
        std::log(requests_per_s / kRequestsPerS[i - 1]) / std::log(kRequestsPerS[i] / kRequestsPerS[i - 1]);
    return seconds[i - 1] * std::pow(seconds[i] / seconds[i - 1], part);
  }
  return seconds.back();
}

}  // namespace

std::optional<DurationRange> table_duration(const config::CompareSpec& compare, double requests_per_s) {
  const MetricRows* rows = rows_of(compare);
  if (rows == nullptr || !(requests_per_s > 0) || !(compare.margin > 0)) return std::nullopt;
  std::array<double, kRates> shortest{}, longest{};
  for (std::size_t i = 0; i < kRates; ++i) {
    const auto [least, most] = std::minmax_element(rows->seconds[i].begin(), rows->seconds[i].end());
    shortest[i] = *least;
    longest[i] = *most;
  }
  const double scale = std::pow(std::log1p(rows->margin) / std::log1p(compare.margin), 2);
  return DurationRange{at_rate(shortest, requests_per_s) * scale, at_rate(longest, requests_per_s) * scale};
}

}  // namespace assay::verdict
