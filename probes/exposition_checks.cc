#include "probes/exposition_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace assay::probes {
namespace {

constexpr std::size_t kShownFlaws = 3;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// One series of a histogram: its buckets by upper bound, and the count beside them.
struct Histogram {
  std::vector<std::pair<double, const MetricSample*>> buckets;
  const MetricSample* count = nullptr;
  const MetricSample* sum = nullptr;
  std::size_t line = 0;
};
using Histograms = std::map<std::string, Histogram>;

std::string at_line(const MetricSample& sample) { return fmt::format(" (line {})", sample.line); }

Histograms histograms_of(const MetricFamily& family, std::vector<std::string>& flaws) {
  Histograms found;
  for (const MetricSample& sample : family.samples) {
    Histogram& histogram = found[series_text(family.name, sample.labels, "le")];
    if (histogram.line == 0) histogram.line = sample.line;
    if (sample.name.ends_with("_count")) histogram.count = &sample;
    if (sample.name.ends_with("_sum")) histogram.sum = &sample;
    if (!sample.name.ends_with("_bucket")) continue;
    const std::string* le = sample.label("le");
    const std::optional<double> bound = le == nullptr ? std::nullopt : metric_number(*le);
    if (!bound || std::isnan(*bound)) {
      flaws.push_back(series_text(sample.name, sample.labels) + " has no upper bound" + at_line(sample));
    } else {
      histogram.buckets.emplace_back(*bound, &sample);
    }
  }
  for (auto& [name, histogram] : found)
    std::stable_sort(histogram.buckets.begin(), histogram.buckets.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
  return found;
}

std::string cumulation_flaw(const Histogram& histogram) {
  const MetricSample* before = nullptr;
  for (const auto& [bound, sample] : histogram.buckets) {
    if (!(sample->value >= 0)) return fmt::format("bucket {} holds {}", *sample->label("le"), sample->value);
    if (before != nullptr && sample->value < before->value)
      return fmt::format("bucket {} holds {}, fewer than the {} of bucket {}{}", *sample->label("le"),
                         sample->value, before->value, *before->label("le"), at_line(*sample));
    before = sample;
  }
  return {};
}

// Both formats want +Inf; only Prometheus' own insists on the sum and the count.
std::string histogram_flaw(const Histogram& histogram, ExpositionFormat format) {
  const bool strict = format == ExpositionFormat::prometheus;
  if (histogram.buckets.empty() || histogram.buckets.back().first != kInfinity) return "no bucket +Inf";
  if (std::string flaw = cumulation_flaw(histogram); !flaw.empty()) return flaw;
  if (strict && histogram.count == nullptr) return "no _count";
  if (strict && histogram.sum == nullptr) return "no _sum";
  const MetricSample& all = *histogram.buckets.back().second;
  if (histogram.count != nullptr && histogram.count->value != all.value)
    return fmt::format("bucket +Inf holds {}, but _count is {}{}", all.value, histogram.count->value,
                       at_line(*histogram.count));
  return {};
}

bool is_inner_label(const MetricFamily& family, std::string_view name) {
  const bool histogram = family.type == MetricType::histogram || family.type == MetricType::gaugehistogram;
  return (histogram && name == "le") || (family.type == MetricType::summary && name == "quantile");
}

std::string listed(const std::vector<double>& bounds) {
  std::string text;
  for (const double bound : bounds) text += fmt::format("{}{}", text.empty() ? "" : ", ", bound);
  return text.empty() ? "none" : text;
}

bool holds(const MetricSample& sample, const std::vector<MetricLabel>& labels) {
  return std::all_of(labels.begin(), labels.end(), [&](const MetricLabel& wanted) {
    const std::string* value = sample.label(wanted.name);
    return value != nullptr && *value == wanted.value;
  });
}

}  // namespace

std::vector<std::string> repeated_series(const Exposition& exposition) {
  std::vector<std::string> flaws;
  for (const MetricFamily& family : exposition.families) {
    std::map<std::string, std::size_t> seen;
    for (const MetricSample& sample : family.samples) {
      const auto [first, is_new] = seen.emplace(series_text(sample.name, sample.labels), sample.line);
      if (!is_new)
        flaws.push_back(
            fmt::format("{} on line {} and again on line {}", first->first, first->second, sample.line));
    }
  }
  return flaws;
}

std::vector<std::string> broken_counters(const Exposition& exposition, ExpositionFormat format) {
  // Only OpenMetrics forbids NaN; elsewhere exporters say so that a value is not known.
  const bool may_be_unknown = format == ExpositionFormat::prometheus;
  std::vector<std::string> flaws;
  for (const MetricFamily& family : exposition.families) {
    if (family.type != MetricType::counter) continue;
    for (const MetricSample& sample : family.samples)
      if (!(sample.value >= 0) && !(may_be_unknown && std::isnan(sample.value)))
        flaws.push_back(fmt::format("{} is {}{}", series_text(sample.name, sample.labels), sample.value,
                                    at_line(sample)));
  }
  return flaws;
}

std::vector<std::string> broken_histograms(const Exposition& exposition, ExpositionFormat format) {
  std::vector<std::string> flaws;
  for (const MetricFamily& family : exposition.families) {
    if (family.type != MetricType::histogram) continue;
    for (const auto& [name, histogram] : histograms_of(family, flaws))
      if (const std::string flaw = histogram_flaw(histogram, format); !flaw.empty())
        flaws.push_back(fmt::format("{}: {}", name, flaw));
  }
  return flaws;
}

std::string label_flaw(const MetricFamily& family, const std::vector<std::string>& expected) {
  for (const MetricSample& sample : family.samples) {
    std::vector<std::string> names;
    for (const MetricLabel& label : sample.labels)
      if (!is_inner_label(family, label.name)) names.push_back(label.name);
    if (names == expected) continue;
    return fmt::format("{}{}", series_text(sample.name, sample.labels), at_line(sample));
  }
  return {};
}

std::string bucket_flaw(const MetricFamily& family, const std::vector<double>& expected) {
  std::vector<std::string> ignored;
  for (const auto& [name, histogram] : histograms_of(family, ignored)) {
    std::vector<double> bounds;
    for (const auto& [bound, sample] : histogram.buckets)
      if (bound != kInfinity) bounds.push_back(bound);
    if (bounds != expected) return fmt::format("{} in {}", listed(bounds), name);
  }
  return {};
}

std::optional<double> summed(const Exposition& exposition, std::string_view name,
                             const std::vector<MetricLabel>& labels) {
  std::optional<double> sum;
  for (const MetricFamily& family : exposition.families)
    for (const MetricSample& sample : family.samples)
      if (sample.name == name && holds(sample, labels)) sum = sum.value_or(0) + sample.value;
  return sum;
}

std::string first_of(const std::vector<std::string>& flaws) {
  std::string text;
  for (std::size_t i = 0; i < std::min(flaws.size(), kShownFlaws); ++i)
    text += (i == 0 ? "" : "; ") + flaws[i];
  if (flaws.size() > kShownFlaws) text += fmt::format("; and {} more", flaws.size() - kShownFlaws);
  return text;
}

}  // namespace assay::probes
