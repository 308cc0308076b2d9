// What a Prometheus answers to the questions of its HTTP API, read with the distrust that every answer
// deserves: keys may be missing or new (rules, alerts and targets have no promise of stability). Pure.
// After https://prometheus.io/docs/prometheus/latest/querying/api/.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"
#include "client/ask.h"
#include "probes/iso_time.h"

namespace assay::probes {

// Or why there is nothing to read, as a sentence without a final stop.
template <class T>
using Read = Expected<T, std::string>;

using Labels = std::map<std::string, std::string>;
// `up{job="shop"}`, "{}" where there is none.
std::string labels_text(const Labels& labels);
// Whether `found` holds each of `wanted`, with its value.
bool has_all(const Labels& found, const Labels& wanted);

struct PromPoint {
  double at_s = 0;  // since 1970
  double value = 0;
};
struct PromSeries {
  Labels labels;                  // "__name__" included
  std::vector<PromPoint> points;  // one of an instant query
};
struct PromResult {
  bool is_range = false;  // of many moments
  std::vector<PromSeries> series;
};
// Of /api/v1/query; a scalar is one series without labels.
Read<PromResult> read_query(const client::HttpAnswer& answer);

struct PromAlert {
  Labels labels;
  std::string state;  // "pending", "firing"
  std::optional<WallTime> active_at;
};
struct PromRule {
  std::string group, file, name, query;
  Nanos interval{0};  // of its group
  std::string state;  // "inactive", "pending", "firing", "unknown"
  Nanos hold{0};      // `for`
  Nanos keep_firing{0};
  Labels labels, annotations;
  std::string health, last_error;  // "ok", "err", "unknown"
  std::optional<WallTime> last_evaluation;
  std::vector<PromAlert> alerts;
};
// Alerting rules of /api/v1/rules.
Read<std::vector<PromRule>> read_rules(const client::HttpAnswer& answer);

// Pending and firing alerts of /api/v1/alerts.
Read<std::vector<PromAlert>> read_alerts(const client::HttpAnswer& answer);

struct PromTarget {
  Labels labels;
  std::string url, health, last_error;  // "up", "down", "unknown"
  std::optional<WallTime> last_scrape;
  std::optional<Nanos> interval, timeout;

  std::string job() const;
};
// Active ones of /api/v1/targets.
Read<std::vector<PromTarget>> read_targets(const client::HttpAnswer& answer);

// How long data are kept, "30d", of /api/v1/status/runtimeinfo.
Read<std::string> read_retention(const client::HttpAnswer& answer);

}  // namespace assay::probes
