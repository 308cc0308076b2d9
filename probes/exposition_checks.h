// What must hold of every exposition, whatever its metrics mean, and what a gate file may ask of one metric.
// Pure functions; each flaw is a sentence that names the series and its line.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "probes/exposition.h"

namespace assay::probes {

// Two samples of one series: Prometheus keeps one of them and does not say which.
std::vector<std::string> repeated_series(const Exposition& exposition);
// Counters below zero; in OpenMetrics also those that are no number.
std::vector<std::string> broken_counters(const Exposition& exposition, ExpositionFormat format);
// Buckets that are not cumulative, without +Inf, or that contradict the count.
std::vector<std::string> broken_histograms(const Exposition& exposition, ExpositionFormat format);

// Label names of every series are exactly these; `le` and `quantile` are not counted. Empty: it holds.
std::string label_flaw(const MetricFamily& family, const std::vector<std::string>& expected);
// Every series has exactly these upper bounds beside +Inf; both sorted.
std::string bucket_flaw(const MetricFamily& family, const std::vector<double>& expected);

// The sum over all series of that sample name whose labels hold these; absent: there is none.
std::optional<double> summed(const Exposition& exposition, std::string_view name,
                             const std::vector<MetricLabel>& labels);

// The first three, and how many more.
std::string first_of(const std::vector<std::string>& flaws);

}  // namespace assay::probes
