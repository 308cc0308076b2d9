#include "probes/metric_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "base/units.h"
#include "match/json_text.h"

namespace assay::probes {
namespace {

using config::ServerMetricSpec;
using Kind = ServerMetricSpec::Kind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSameBound = 1e-9;  // of a bound: "0.5" and 500ms

// A counter of requests may be a float; a request is whole.
std::uint64_t whole(double count) {
  return std::isfinite(count) && count > 0 ? static_cast<std::uint64_t>(std::llround(count)) : 0;
}

// By block, of the one series of a sum; empty where it has no point.
std::vector<std::optional<double>> values_of(const PromResult& result, const BlockGrid& grid) {
  std::vector<std::optional<double>> values(grid.blocks.size());
  for (const PromSeries& series : result.series)
    for (const PromPoint& point : series.points)
      if (const auto index = grid.index_of(point.at_s)) values[*index] = point.value;
  return values;
}

// ---- shares

std::string put_share(const BlockPlace& place, const ArmAnswer& answer, ServerMetric& metric) {
  const auto requests = values_of(answer.range, place.grid), errors = values_of(answer.errors, place.grid);
  std::size_t contradictions = 0;
  for (std::size_t k = 0; k < requests.size(); ++k) {
    ArmBlock& block = place.block(metric, k);
    block.requests = whole(requests[k].value_or(0));
    const std::uint64_t events = whole(errors[k].value_or(0));
    block.events = std::min(block.requests, events);
    if (events > block.requests) ++contradictions;
  }
  if (contradictions == 0) return "";
  return fmt::format("{} of {} blocks have more errors than requests: they do not count the same",
                     contradictions, requests.size());
}

// ---- histograms

// Cumulative counts by bound, in seconds or whatever the histogram is in; +Inf last.
using Buckets = std::map<double, std::vector<std::optional<double>>>;

Buckets buckets_of(const PromResult& result, const BlockGrid& grid) {
  Buckets buckets;
  for (const PromSeries& series : result.series) {
    const auto le = series.labels.find("le");
    if (le == series.labels.end()) continue;
    const auto bound =
        le->second == "+Inf" ? std::optional<double>(kInfinity) : match::number_from(le->second);
    if (!bound) continue;
    auto& values = buckets[*bound];
    values.resize(grid.blocks.size());
    for (const PromPoint& point : series.points)
      if (const auto index = grid.index_of(point.at_s)) values[*index] = point.value;
  }
  return buckets;
}

std::string bounds_text(const Buckets& buckets, const ServerMetricSpec& spec) {
  std::string text;
  for (const auto& [bound, values] : buckets) {
    if (!std::isfinite(bound)) continue;
    const double value = bound * spec.scale;
    text +=
        (text.empty() ? "" : ", ") +
        (spec.unit == Unit::nanoseconds ? format_duration(Nanos(std::llround(value))) : format_number(value));
  }
  return text;
}

std::string put_slower(const BlockPlace& place, const Buckets& buckets, ServerMetric& metric) {
  const double wanted = place.spec.bound / place.spec.scale;
  const auto within = std::ranges::find_if(
      buckets, [&](const auto& bucket) { return std::abs(bucket.first - wanted) <= kSameBound * wanted; });
  if (within == buckets.end())
    return "slower_than is none of its buckets: they are at " + bounds_text(buckets, place.spec);
  const auto& all = buckets.rbegin()->second;
  for (std::size_t k = 0; k < all.size(); ++k) {
    ArmBlock& block = place.block(metric, k);
    block.requests = whole(all[k].value_or(0));
    block.events = block.requests - std::min(block.requests, whole(within->second[k].value_or(0)));
  }
  return "";
}

std::string put_quantile(const BlockPlace& place, const Buckets& buckets, ServerMetric& metric) {
  std::vector<double> bounds;
  for (const auto& [bound, values] : buckets)
    if (std::isfinite(bound)) bounds.push_back(bound * place.spec.scale);
  if (metric.bounds.empty()) metric.bounds = bounds;
  if (metric.bounds != bounds)
    return "its histogram has other buckets than before: " + bounds_text(buckets, place.spec);
  const std::size_t blocks = buckets.begin()->second.size();
  for (std::size_t k = 0; k < blocks; ++k) {
    std::vector<std::uint64_t> counts;
    std::uint64_t below = 0;
    for (const auto& [bound, values] : buckets) {
      const std::uint64_t up_to_here = std::max(below, whole(values[k].value_or(0)));
      counts.push_back(up_to_here - below);
      below = up_to_here;
    }
    ArmBlock& block = place.block(metric, k);
    block.requests = below;
    if (below > 0) block.buckets = std::move(counts);
  }
  return "";
}

std::string put_histogram(const BlockPlace& place, const ArmAnswer& answer, ServerMetric& metric) {
  const Buckets buckets = buckets_of(answer.range, place.grid);
  if (buckets.empty()) return "";  // no traffic, or no such series: said by those who count blocks
  if (std::isfinite(buckets.rbegin()->first))
    return "it has no buckets up to +Inf: select the series that end in _bucket, without a choice of le";
  return place.spec.kind == Kind::slower ? put_slower(place, buckets, metric)
                                         : put_quantile(place, buckets, metric);
}

// ---- any other query

std::string put_value(const BlockPlace& place, const ArmAnswer& answer, ServerMetric& metric) {
  if (answer.range.series.size() > 1)
    return fmt::format("its query has {} results, such as {}: make one of them, as with sum or avg",
                       answer.range.series.size(), labels_text(answer.range.series[0].labels));
  const auto values = values_of(answer.range, place.grid);
  for (std::size_t k = 0; k < values.size(); ++k)
    if (values[k] && std::isfinite(*values[k])) place.block(metric, k).value = *values[k] * place.spec.scale;
  return "";
}

}  // namespace

std::optional<std::size_t> BlockGrid::index_of(double at_s) const {
  constexpr double kNear = 0.01;  // of a block
  const double position = (at_s - first_end_s) / seconds(block);
  const double nearest = std::round(position);
  if (std::abs(position - nearest) > kNear || nearest < 0 || nearest >= static_cast<double>(blocks.size()))
    return std::nullopt;
  return static_cast<std::size_t>(nearest);
}

std::string put_blocks(const BlockPlace& place, const ArmAnswer& answer, ServerMetric& metric) {
  switch (place.spec.kind) {
    case Kind::share:
      return put_share(place, answer, metric);
    case Kind::slower:
    case Kind::quantile:
      return put_histogram(place, answer, metric);
    case Kind::value:
      break;
  }
  return put_value(place, answer, metric);
}

}  // namespace assay::probes
