#include "probes/metrics_settings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "config/keys.h"
#include "config/map_reader.h"
#include "config/values.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

using config::MapReader;
using config::Node;
using config::ProbeReading;

constexpr std::string_view kKeys[] = {"path", "headers", "require", "moves", "matches_load"};
constexpr std::string_view kDemandWords[] = {"name", "type", "labels", "buckets", "min", "max"};
constexpr std::string_view kMoveWords[] = {"counter",  "labels", "path",     "method",
                                           "requests", "by",     "tolerance"};
constexpr std::string_view kLoadWords[] = {"counter", "labels", "tolerance"};
constexpr config::KeyTable kDemandKeys{"metric", "a required metric", kDemandWords};
constexpr config::KeyTable kMoveKeys{"metric_move", "a counter that moves", kMoveWords};
constexpr config::KeyTable kLoadKeys{"metric_load", "matches_load", kLoadWords};
constexpr std::size_t kMostMoves = 20;
constexpr config::WholeRange kRequests{1, 1000};
constexpr config::NumberRange kAnyNumber{-1e18, 1e18};
constexpr config::NumberRange kAnyCount{0, 1e12};

bool is_metric_name(std::string_view name) {
  const auto fits = [](char c) {
    return c == '_' || c == ':' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::all_of(name.begin(), name.end(), fits);
}

std::string read_metric_name(const ProbeReading& reading, const Node& node, std::string_view label) {
  std::string name = config::read_text(reading.context, node, label).value_or("up");
  const std::string_view plain =
      std::string_view(name).substr(0, name.size() - (name.ends_with('*') ? 1 : 0));
  if (!is_metric_name(plain))
    reading.error(node, config::in_quotes(name) + " is not the name of a metric",
                  "write it like http_requests_total");
  return name;
}

CounterChoice read_counter(const ProbeReading& reading, const MapReader& map) {
  CounterChoice counter;
  if (const Node* node = map.require("counter", "write it like counter: http_requests_total")) {
    counter.name = read_metric_name(reading, *node, "counter");
    if (counter.name.ends_with('*')) reading.error(*node, "one counter is counted", "write its whole name");
  }
  const Node* labels = map.find("labels");
  if (labels == nullptr ||
      !config::is_filled_map(reading.context, *labels, "labels", "write it like { method: GET }"))
    return counter;
  for (const Node::Entry& entry : labels->entries)
    if (auto value = reading.text(*entry.value, entry.key->text))
      counter.labels.push_back({entry.key->text, *std::move(value)});
  std::sort(counter.labels.begin(), counter.labels.end());
  return counter;
}

std::vector<std::string> read_label_names(const ProbeReading& reading, const Node& node) {
  std::vector<std::string> names;
  if (!node.is_sequence()) {
    reading.error(node, "\"labels\" must be a list", "write [method, status], or [] for none");
    return names;
  }
  for (const Node* item : node.items)
    if (auto name = config::read_text(reading.context, *item, "labels")) names.push_back(*std::move(name));
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end())
    reading.error(node, "the same label twice", "name each once");
  return names;
}

std::vector<double> read_buckets(const ProbeReading& reading, const Node& node) {
  std::vector<double> bounds;
  if (!config::is_filled_list(reading.context, node, "buckets", "write it like [0.1, 0.5, 1]")) return bounds;
  for (const Node* item : node.items) {
    if (item->text == "+Inf") continue;  // every histogram has it
    if (const auto bound = config::read_number(reading.context, *item, "buckets", kAnyNumber))
      bounds.push_back(*bound);
  }
  std::sort(bounds.begin(), bounds.end());
  if (std::adjacent_find(bounds.begin(), bounds.end()) != bounds.end())
    reading.error(node, "the same bucket twice", "name each once");
  return bounds;
}

void read_bounds(const ProbeReading& reading, const MapReader& map, MetricDemand& demand) {
  const Node* min = map.find("min");
  const Node* max = map.find("max");
  if (min != nullptr) demand.min = config::read_number(reading.context, *min, "min", kAnyNumber);
  if (max != nullptr) demand.max = config::read_number(reading.context, *max, "max", kAnyNumber);
  if (demand.min && demand.max && *demand.min > *demand.max)
    reading.error(*min, "\"min\" is above \"max\"", "no value can satisfy both");
  const bool compound =
      demand.buckets || demand.type == MetricType::histogram || demand.type == MetricType::summary;
  if ((demand.min || demand.max) && compound) {
    reading.error(*(min != nullptr ? min : max), "a histogram or summary is not one value",
                  "judge its count by the name with _count");
  }
}

void read_type(const ProbeReading& reading, const MapReader& map, MetricDemand& demand) {
  const Node* type = map.find("type");
  if (type != nullptr && type->text == "untyped") demand.type = MetricType::unknown;
  if (type != nullptr && !demand.type)
    demand.type = config::read_choice(reading.context, *type, "type", kMetricTypes);
}

void read_demand(const ProbeReading& reading, const Node& node, MetricsSettings& settings) {
  const MapReader map(reading.context, node, kDemandKeys, "require");
  if (!map.is_map()) return;
  MetricDemand demand;
  demand.location = reading.context.span(node).location();
  if (const Node* name = map.require("name", "write it like name: http_requests_total"))
    demand.name = read_metric_name(reading, *name, "name");
  demand.prefix = demand.name.ends_with('*');
  if (demand.prefix) demand.name.pop_back();
  read_type(reading, map, demand);
  if (const Node* labels = map.find("labels")) demand.labels = read_label_names(reading, *labels);
  if (const Node* buckets = map.find("buckets")) {
    demand.buckets = read_buckets(reading, *buckets);
    const bool histogram = demand.type.value_or(MetricType::histogram) == MetricType::histogram;
    if (!histogram) reading.error(*buckets, "only a histogram has buckets", "write type: histogram");
    demand.type = MetricType::histogram;
  }
  read_bounds(reading, map, demand);
  settings.demands.push_back(std::move(demand));
}

void read_move(const ProbeReading& reading, const Node& node, MetricsSettings& settings) {
  const MapReader map(reading.context, node, kMoveKeys, "moves");
  if (!map.is_map()) return;
  MetricMove move;
  move.location = reading.context.span(node).location();
  move.counter = read_counter(reading, map);
  if (const Node* path = map.find("path")) move.path = read_path(reading, *path, "path");
  if (const Node* method = map.find("method"))
    config::assign(move.method, config::read_text(reading.context, *method, "method"));
  if (const Node* requests = map.find("requests"))
    config::assign(move.requests, config::read_whole(reading.context, *requests, "requests", kRequests));
  move.by = static_cast<double>(move.requests);
  if (const Node* by = map.find("by"))
    config::assign(move.by, config::read_number(reading.context, *by, "by", kAnyCount));
  if (const Node* tolerance = map.find("tolerance"))
    config::assign(move.tolerance, config::read_number(reading.context, *tolerance, "tolerance", kAnyCount));
  if (move.tolerance >= move.by && move.by > 0) {
    reading.error(*map.find("tolerance"), "a counter that does not move would be accepted",
                  "use a tolerance below \"by\"");
  }
  settings.moves.push_back(std::move(move));
}

void read_moves(const ProbeReading& reading, MetricsSettings& settings) {
  const Node* moves = reading.find("moves");
  if (moves == nullptr || !config::is_filled_list(reading.context, *moves, "moves",
                                                  "write it like [{ counter: http_requests_total }]"))
    return;
  for (const Node* item : moves->items) read_move(reading, *item, settings);
  if (moves->items.size() > kMostMoves) reading.error(*moves, "more than 20 counters", "use several probes");
  if (reading.spec.every > Nanos(0))
    reading.error(*moves, "requests of each tick would disturb what the load measures",
                  "use phase: pre, or matches_load");
}

void read_load_match(const ProbeReading& reading, MetricsSettings& settings) {
  const Node* node = reading.find("matches_load");
  if (node == nullptr) return;
  const MapReader map(reading.context, *node, kLoadKeys, "matches_load");
  if (!map.is_map()) return;
  settings.load = LoadMatch{read_counter(reading, map)};
  if (const Node* tolerance = map.find("tolerance")) {
    config::assign(settings.load->tolerance, config::read_ratio(reading.context, *tolerance, "tolerance"));
    if (settings.load->tolerance >= 1)
      reading.error(*tolerance, "a counter that does not move would be accepted", "use less than 100%");
  }
  if (reading.spec.every == Nanos(0))
    reading.error(*node, "a counter is compared with the load between two ticks", "add every: 5s");
}

}  // namespace

const std::span<const std::string_view> kMetricsKeys = kKeys;

std::shared_ptr<const config::ProbeSettings> read_metrics(const ProbeReading& reading) {
  auto settings = std::make_shared<MetricsSettings>();
  if (const Node* path = reading.find("path")) settings->path = read_path(reading, *path, "path");
  if (const Node* headers = reading.find("headers"))
    settings->headers = read_header_fields(reading, *headers);
  const Node* require = reading.find("require");
  if (require != nullptr && config::is_filled_list(reading.context, *require, "require",
                                                   "write it like [{ name: http_requests_total }]"))
    for (const Node* item : require->items) read_demand(reading, *item, *settings);
  read_moves(reading, *settings);
  read_load_match(reading, *settings);
  return settings;
}

}  // namespace assay::probes
