#include "demo/site_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace assay::demo {
namespace {

// Label values escape these three characters.
std::string label_text(const std::string& label) {
  std::string escaped;
  for (const char c : label) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return escaped;
}

}  // namespace

SiteMetrics::SiteMetrics(const std::vector<std::string>& labels) {
  for (const std::string& raw : labels) {
    const std::string label = label_text(raw);
    const auto known = std::find_if(series_.begin(), series_.end(),
                                    [&label](const Series& series) { return series.label == label; });
    series_of_route_.push_back(static_cast<std::size_t>(known - series_.begin()));
    if (known == series_.end()) series_.push_back({label, {}, {}, 0});
  }
}

void SiteMetrics::record(std::size_t route, unsigned status, Nanos latency) {
  Series& series = series_[series_of_route_[route]];
  const auto known = std::find_if(series.by_status.begin(), series.by_status.end(),
                                  [status](const auto& entry) { return entry.first == status; });
  if (known == series.by_status.end()) {
    series.by_status.emplace_back(status, 1);
  } else {
    ++known->second;
  }
  const double taken = seconds(latency);
  const auto bound = std::lower_bound(kBoundsSeconds.begin(), kBoundsSeconds.end(), taken);
  ++series.buckets[static_cast<std::size_t>(bound - kBoundsSeconds.begin())];
  series.sum_seconds += taken;
}

void SiteMetrics::append_requests(std::string& out, const Series& series) {
  for (const auto& [status, count] : series.by_status) {
    fmt::format_to(std::back_inserter(out), "http_requests_total{{path=\"{}\",status=\"{}\"}} {}\n",
                   series.label, status, count);
  }
}

void SiteMetrics::append_latency(std::string& out, const Series& series) {
  const auto line = std::back_inserter(out);
  constexpr std::string_view kName = "http_request_duration_seconds";
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBoundsSeconds.size(); ++i) {
    seen += series.buckets[i];
    fmt::format_to(line, "{}_bucket{{path=\"{}\",le=\"{}\"}} {}\n", kName, series.label, kBoundsSeconds[i],
                   seen);
  }
  seen += series.buckets.back();
  fmt::format_to(line, "{}_bucket{{path=\"{}\",le=\"+Inf\"}} {}\n", kName, series.label, seen);
  fmt::format_to(line, "{0}_sum{{path=\"{1}\"}} {2}\n{0}_count{{path=\"{1}\"}} {3}\n", kName, series.label,
                 series.sum_seconds, seen);
}

std::string SiteMetrics::text() const {
  std::string out = "# HELP http_requests_total Requests answered.\n# TYPE http_requests_total counter\n";
  for (const Series& series : series_) append_requests(out, series);
  out +=
      "# HELP http_request_duration_seconds From the end of a request to the end of its answer.\n"
      "# TYPE http_request_duration_seconds histogram\n";
  for (const Series& series : series_) {
    if (!series.by_status.empty()) append_latency(out, series);
  }
  return out;
}

}  // namespace assay::demo
