#include "reports/metric_family.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "reports/plain_text.h"

namespace assay::reports {
namespace {

constexpr std::size_t kMostValueBytes = 200;
constexpr std::array<std::string_view, 3> kTypes = {"gauge", "counter", "summary"};

}  // namespace

std::string_view name(MetricType type) { return kTypes[static_cast<std::size_t>(type)]; }

void MetricFamily::add(MetricLabels labels, double value) {
  if (std::isfinite(value)) samples.push_back({std::move(labels), value, {}});
}

void MetricFamily::add(MetricLabels labels, Distribution distribution) {
  std::erase_if(distribution.quantiles, [](const auto& one) { return !std::isfinite(one.second); });
  if (std::isfinite(distribution.sum)) samples.push_back({std::move(labels), 0, std::move(distribution)});
}

std::string sample_name(const MetricFamily& family) {
  return family.type == MetricType::counter ? family.name + "_total" : family.name;
}

std::string quantile_text(double quantile) {
  const std::string text = fmt::format("{}", quantile);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

double rounded(double value) {
  const std::string text = fmt::format("{:.3g}", value);
  double read = 0;
  std::from_chars(text.data(), text.data() + text.size(), read);
  return std::isfinite(value) ? read : value;
}

double rounded_seconds(double nanoseconds) { return rounded(nanoseconds / 1e9); }

double exact_seconds(Nanos time) { return static_cast<double>(time.count()) / 1e9; }

std::string label_value(std::string_view untrusted) { return clipped(one_line(untrusted), kMostValueBytes); }

std::vector<std::string> distinct_values(std::span<const std::string> names) {
  std::set<std::string> taken = {std::string(kOthers)};
  std::vector<std::string> values;
  for (const std::string& name : names) {
    const std::string value = label_value(name);
    std::string distinct = value;
    for (int next = 2; !taken.insert(distinct).second; ++next) distinct = fmt::format("{} ({})", value, next);
    values.push_back(std::move(distinct));
  }
  return values;
}

}  // namespace assay::reports
