#include "reports/metric_text.h"

#include <fmt/format.h>

namespace assay::reports {
namespace {

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text;
}

std::string labels_text(const MetricLabels& labels) {
  std::string text;
  for (const MetricLabel& label : labels)
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", label.name, escaped(label.value));
  return text.empty() ? text : "{" + text + "}";
}

void put_sample(std::string& into, const std::string& name, const MetricSample& sample) {
  into += fmt::format("{}{} {}\n", name, labels_text(sample.labels), sample.value);
}

void put_summary(std::string& into, const std::string& name, const MetricSample& sample) {
  MetricLabels labels = sample.labels;
  labels.push_back({"quantile", ""});
  for (const auto& [quantile, value] : sample.distribution.quantiles) {
    labels.back().value = quantile_text(quantile);
    into += fmt::format("{}{} {}\n", name, labels_text(labels), value);
  }
  const std::string own = labels_text(sample.labels);
  into += fmt::format("{0}_count{1} {2}\n{0}_sum{1} {3}\n", name, own, sample.distribution.count,
                      sample.distribution.sum);
}

void put_samples(std::string& into, const MetricFamily& family) {
  for (const MetricSample& sample : family.samples) {
    if (family.type == MetricType::summary) {
      put_summary(into, family.name, sample);
    } else {
      put_sample(into, sample_name(family), sample);
    }
  }
}

}  // namespace

std::string prometheus_text(std::span<const MetricFamily> families) {
  std::string text;
  for (const MetricFamily& family : families) {
    // Here a counter is called like its samples.
    text +=
        fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", sample_name(family), family.help, name(family.type));
    put_samples(text, family);
  }
  return text;
}

std::string openmetrics_text(std::span<const MetricFamily> families) {
  std::string text;
  for (const MetricFamily& family : families) {
    text += fmt::format("# TYPE {} {}\n", family.name, name(family.type));
    if (!family.unit.empty()) text += fmt::format("# UNIT {} {}\n", family.name, family.unit);
    text += fmt::format("# HELP {} {}\n", family.name, family.help);
    put_samples(text, family);
  }
  return text + "# EOF\n";
}

}  // namespace assay::reports
