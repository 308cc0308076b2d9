#include "probes/prometheus_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "match/json_text.h"
#include "probes/json_value.h"
#include "probes/promql_text.h"

namespace assay::probes {
namespace {

using nlohmann::json;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Unexpected<std::string> because(std::string reason) { return Unexpected<std::string>(std::move(reason)); }

// The "data" of an answer that says "success".
Read<json> data_of(const client::HttpAnswer& answer) {
  Expected<json, std::string> whole = json_of(answer);
  if (!whole) return because(std::move(whole).error());
  if (text_in(*whole, "status") == "success" && answer.status == 200) return member(*whole, "data");
  const std::string type = text_in(*whole, "errorType"), error = text_in(*whole, "error");
  return because(type.empty() && error.empty()
                     ? fmt::format("status {}, and no answer of Prometheus", answer.status)
                     : fmt::format("status {}, {}: {}", answer.status, type, error));
}

std::optional<WallTime> moment_in(const json& object, std::string_view key) {
  const auto time = parse_iso_time(text_in(object, key));
  return time ? std::optional<WallTime>(*time) : std::nullopt;
}

Nanos seconds_in(const json& object, std::string_view key) {
  constexpr double kMost = 1e9;
  const double seconds = number_in(object, key).value_or(0);
  return seconds > 0 && seconds < kMost ? Nanos(static_cast<std::int64_t>(seconds * 1e9)) : Nanos(0);
}

// [1700000000.5, "3"]; numbers are text, because JSON knows no NaN.
std::optional<PromPoint> point_of(const json& pair) {
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_string())
    return std::nullopt;
  const std::string text = pair[1].get<std::string>();
  const double at = pair[0].get<double>();
  if (text == "NaN") return PromPoint{at, std::numeric_limits<double>::quiet_NaN()};
  if (text == "+Inf" || text == "Inf") return PromPoint{at, kInfinity};
  if (text == "-Inf") return PromPoint{at, -kInfinity};
  const std::optional<double> value = match::number_from(text);
  return value ? std::optional<PromPoint>({at, *value}) : std::nullopt;
}

Read<PromSeries> series_of(const json& one) {
  PromSeries series{texts_in(one, "metric"), {}};
  const json& values = member(one, "values");
  if (!values.is_array()) {
    const auto point = point_of(member(one, "value"));
    if (!point) return because("a result has no value that can be read");
    series.points.push_back(*point);
    return series;
  }
  for (const json& value : values) {
    const auto point = point_of(value);
    if (!point) return because("a result has a value that cannot be read");
    series.points.push_back(*point);
  }
  return series;
}

std::vector<PromAlert> alerts_in(const json& holder) {
  std::vector<PromAlert> found;
  const json& alerts = member(holder, "alerts");
  if (!alerts.is_array()) return found;
  for (const json& alert : alerts)
    found.push_back({texts_in(alert, "labels"), text_in(alert, "state"), moment_in(alert, "activeAt")});
  return found;
}

PromRule rule_of(const json& group, const json& one) {
  PromRule rule;
  rule.group = text_in(group, "name");
  rule.file = text_in(group, "file");
  rule.interval = seconds_in(group, "interval");
  rule.name = text_in(one, "name");
  rule.query = text_in(one, "query");
  rule.state = text_in(one, "state");
  rule.hold = seconds_in(one, "duration");
  rule.keep_firing = seconds_in(one, "keepFiringFor");
  rule.labels = texts_in(one, "labels");
  rule.annotations = texts_in(one, "annotations");
  rule.health = text_in(one, "health");
  rule.last_error = text_in(one, "lastError");
  rule.last_evaluation = moment_in(one, "lastEvaluation");
  rule.alerts = alerts_in(one);
  return rule;
}

}  // namespace

std::string labels_text(const Labels& labels) {
  SeriesSelector selector;
  for (const auto& [label, value] : labels) {
    if (label == "__name__") {
      selector.metric = value;
    } else {
      selector.matchers.push_back({label, "=", value});
    }
  }
  const std::string text = selector.text();
  return text.empty() ? "{}" : text;
}

bool has_all(const Labels& found, const Labels& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) {
    const auto at = found.find(one.first);
    return at != found.end() && at->second == one.second;
  });
}

Read<PromResult> read_query(const client::HttpAnswer& answer) {
  const Read<json> data = data_of(answer);
  if (!data) return because(data.error());
  const std::string type = text_in(*data, "resultType");
  const json& result = member(*data, "result");
  PromResult all{type == "matrix", {}};
  if (type == "scalar") {
    const auto point = point_of(result);
    if (!point) return because("the result has no value that can be read");
    all.series.push_back({{}, {*point}});
    return all;
  }
  if ((type != "vector" && type != "matrix") || !result.is_array())
    return because(type.empty() ? std::string("this is no answer of Prometheus")
                                : "the result is a " + type + ", not a number");
  for (const json& one : result) {
    Read<PromSeries> series = series_of(one);
    if (!series) return because(std::move(series).error());
    all.series.push_back(*std::move(series));
  }
  return all;
}

Read<std::vector<PromRule>> read_rules(const client::HttpAnswer& answer) {
  const Read<json> data = data_of(answer);
  if (!data) return because(data.error());
  const json& groups = member(*data, "groups");
  if (!groups.is_array()) return because("this is no list of rules");
  std::vector<PromRule> all;
  for (const json& group : groups) {
    const json& rules = member(group, "rules");
    for (const json& rule : rules.is_array() ? rules : json::array())
      if (text_in(rule, "type") == "alerting") all.push_back(rule_of(group, rule));
  }
  return all;
}

Read<std::vector<PromAlert>> read_alerts(const client::HttpAnswer& answer) {
  const Read<json> data = data_of(answer);
  if (!data) return because(data.error());
  return alerts_in(*data);
}

Read<std::vector<PromTarget>> read_targets(const client::HttpAnswer& answer) {
  const Read<json> data = data_of(answer);
  if (!data) return because(data.error());
  const json& active = member(*data, "activeTargets");
  if (!active.is_array()) return because("this is no list of targets");
  std::vector<PromTarget> all;
  for (const json& one : active) {
    PromTarget target;
    target.labels = texts_in(one, "labels");
    target.url = text_in(one, "scrapeUrl");
    target.health = text_in(one, "health");
    target.last_error = text_in(one, "lastError");
    target.last_scrape = moment_in(one, "lastScrape");
    target.interval = prometheus_duration(text_in(one, "scrapeInterval"));
    target.timeout = prometheus_duration(text_in(one, "scrapeTimeout"));
    all.push_back(std::move(target));
  }
  return all;
}

std::string PromTarget::job() const {
  const auto found = labels.find("job");
  return found == labels.end() ? std::string() : found->second;
}

Read<std::string> read_retention(const client::HttpAnswer& answer) {
  const Read<json> data = data_of(answer);
  if (!data) return because(data.error());
  std::string retention = text_in(*data, "storageRetention");
  if (retention.empty()) return because("it does not say how long it keeps data");
  return retention;
}

}  // namespace assay::probes
