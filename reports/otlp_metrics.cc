#include "reports/otlp_metrics.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/utc.h"
#include "reports/run_metrics.h"

namespace assay::reports {
namespace {

using Json = nlohmann::ordered_json;

// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: integers of 64 bits are texts.
struct Moments {
  std::string start, end;  // nanoseconds since 1970
};

Moments moments_of(const RunResult& result) {
  const auto start = utc_moment(result.started_utc);
  if (!start) return {"0", "0"};
  const Nanos since_1970 = start->time_since_epoch();
  return {std::to_string(since_1970.count()), std::to_string((since_1970 + result.duration).count())};
}

Json attribute(std::string_view key, std::string_view value) {
  return {{"key", key}, {"value", {{"stringValue", value}}}};
}

Json attributes_of(const MetricLabels& labels) {
  Json attributes = Json::array();
  for (const MetricLabel& label : labels) attributes.push_back(attribute(label.name, label.value));
  return attributes;
}

// The words of UCUM.
std::string_view unit_of(const MetricFamily& family) {
  if (family.unit == "seconds") return "s";
  if (family.unit == "bytes") return "By";
  return "1";
}

Json point_of(const MetricSample& sample, const Moments& moments) {
  return {{"attributes", attributes_of(sample.labels)},
          {"startTimeUnixNano", moments.start},
          {"timeUnixNano", moments.end}};
}

Json number_points(const MetricFamily& family, const Moments& moments) {
  Json points = Json::array();
  for (const MetricSample& sample : family.samples) {
    points.push_back(point_of(sample, moments));
    points.back()["asDouble"] = sample.value;
  }
  return points;
}

Json summary_points(const MetricFamily& family, const Moments& moments) {
  Json points = Json::array();
  for (const MetricSample& sample : family.samples) {
    points.push_back(point_of(sample, moments));
    Json& point = points.back();
    point["count"] = std::to_string(sample.distribution.count);
    point["sum"] = sample.distribution.sum;
    point["quantileValues"] = Json::array();
    for (const auto& [quantile, value] : sample.distribution.quantiles)
      point["quantileValues"].push_back({{"quantile", quantile}, {"value", value}});
  }
  return points;
}

Json metric_of(const MetricFamily& family, const Moments& moments) {
  Json metric = {{"name", sample_name(family)}, {"description", family.help}, {"unit", unit_of(family)}};
  if (family.type == MetricType::summary) {
    metric["summary"] = {{"dataPoints", summary_points(family, moments)}};
  } else if (family.type == MetricType::counter) {
    constexpr int kCumulative = 2;
    metric["sum"] = {{"dataPoints", number_points(family, moments)},
                     {"aggregationTemporality", kCumulative},
                     {"isMonotonic", true}};
  } else {
    metric["gauge"] = {{"dataPoints", number_points(family, moments)}};
  }
  return metric;
}

}  // namespace

std::string otlp_metrics(const RunRecord& record) {
  const RunResult& result = record.result;
  const Moments moments = moments_of(result);
  Json metrics = Json::array();
  for (const MetricFamily& family : run_metrics(record)) metrics.push_back(metric_of(family, moments));
  const std::string& version = result.environment.assay_version;
  const Json resource = {{"attributes",
                          {attribute("service.name", "assay"), attribute("service.version", version),
                           attribute("service.instance.id", label_value(result.id))}}};
  const Json scope = {{"scope", {{"name", "assay"}, {"version", version}}}, {"metrics", std::move(metrics)}};
  const Json one = {{"resource", resource}, {"scopeMetrics", Json::array({scope})}};
  return Json({{"resourceMetrics", Json::array({one})}}).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace assay::reports
