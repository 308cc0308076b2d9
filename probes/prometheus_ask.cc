#include "probes/prometheus_ask.h"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "probes/probe.h"

namespace assay::probes {
namespace {

constexpr std::size_t kMostBytes = 16 << 20;  // the rules and targets of a large installation

client::Ask large(client::Ask ask) {
  http(ask).keep_bytes = kMostBytes;
  return ask;
}

}  // namespace

Server read_prometheus(const config::ProbeReading& reading) {
  if (const config::Node* target = reading.find("target"))
    reading.error(*target, "\"target\" means nothing here: the target is not asked", "remove it");
  const config::Node* node = reading.require("prometheus", "write it like prometheus: http://127.0.0.1:9090");
  return node == nullptr ? Server{} : read_server(reading, *node, "prometheus");
}

client::Ask query_ask(const Server& prometheus, std::string_view query, std::string label,
                      std::vector<client::Field> headers) {
  return large(
      prometheus.get(std::move(label), "/api/v1/query?query=" + url_encoded(query), std::move(headers)));
}

client::Ask range_ask(const Server& prometheus, std::string_view query, const MomentRange& range,
                      std::vector<client::Field> headers) {
  headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  client::Ask ask = large(prometheus.get("range", "/api/v1/query_range", std::move(headers)));
  http(ask).method = "POST";
  http(ask).body = fmt::format("query={}&start={:.3f}&end={:.3f}&step={:.3f}", url_encoded(query),
                               range.from_s, range.until_s, range.step_s);
  return ask;
}

client::Ask rules_ask(const Server& prometheus) {
  return large(prometheus.get("rules", "/api/v1/rules?type=alert"));
}

client::Ask managed_alerts_ask(const Server& alertmanager, const std::string& alert, std::string label) {
  return alertmanager.get(std::move(label),
                          "/api/v2/alerts?filter=" + url_encoded("alertname=\"" + alert + "\""));
}

client::Ask targets_ask(const Server& prometheus) {
  return large(prometheus.get("targets", "/api/v1/targets?state=active"));
}

}  // namespace assay::probes
