#include "reports/metric_series.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/utc.h"
#include "reports/live_metrics.h"
#include "reports/run_view.h"

namespace assay::reports {
namespace {

constexpr std::array kQuantiles{0.5, 0.95, 0.99};

struct Axis {
  std::int64_t start_ms = 0;
  std::vector<std::int64_t> ends_ms;  // of each bin
};

// The last bin may reach beyond the run; nobody wants a point of the future.
Axis axis_of(const RunView& view, std::chrono::system_clock::time_point start) {
  const auto since_1970 = [&](Nanos at) {
    return std::chrono::round<std::chrono::milliseconds>(start.time_since_epoch() + at).count();
  };
  Nanos end = view.result.duration;
  for (const LoadPhaseFacts& phase : view.result.load) end = std::max(end, phase.end);
  Axis axis{since_1970(Nanos{0}), {}};
  for (std::uint32_t i = 1; i <= view.grid.bins; ++i)
    axis.ends_ms.push_back(since_1970(std::min(view.grid.begin_of(i), end)));
  return axis;
}

MetricSeries times_of(const std::vector<LatencyBin>& bins, const Axis& axis, double quantile,
                      MetricLabels labels) {
  labels.push_back({"quantile", quantile_text(quantile)});
  MetricSeries series{kResponseTime.name, std::move(labels), {}};
  for (std::size_t i = 0; i < bins.size(); ++i)
    if (!bins[i].response_time.empty())
      series.points.push_back(
          {axis.ends_ms[i], exact_seconds(Nanos{bins[i].response_time.quantile(quantile)})});
  return series;
}

MetricSeries counts_of(const std::vector<LatencyBin>& bins, const Axis& axis, const LiveTitle& title,
                       std::uint64_t LatencyBin::*counted, const MetricLabels& labels) {
  MetricSeries series{
      sample_name({title.name, MetricType::counter, "", "", {}}), labels, {{axis.start_ms, 0}}};
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    sum += bins[i].*counted;
    series.points.push_back({axis.ends_ms[i], static_cast<double>(sum)});
  }
  return series;
}

}  // namespace

std::vector<MetricSeries> run_series(const RunRecord& record) {
  const auto start = utc_moment(record.result.started_utc);
  const RunView view = view_of(record);
  if (!start || !view.has_load()) return {};
  const Axis axis = axis_of(view, *start);
  std::vector<MetricSeries> all;
  for (const Arm arm : view.arms()) {
    const std::vector<LatencyBin>& bins = view.bins_of(arm);
    const MetricLabels labels = {{"gate", label_value(record.result.name)},
                                 {"run", label_value(record.result.id)},
                                 {"arm", std::string(name(arm))}};
    for (const double quantile : kQuantiles) all.push_back(times_of(bins, axis, quantile, labels));
    all.push_back(counts_of(bins, axis, kRequests, &LatencyBin::count, labels));
    all.push_back(counts_of(bins, axis, kRequestErrors, &LatencyBin::failed, labels));
  }
  std::erase_if(all, [](const MetricSeries& series) { return series.points.empty(); });
  return all;
}

}  // namespace assay::reports
