#include "model/stored_run.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/json_encode.h"
#include "model/json_node.h"

namespace assay {
namespace {

using Error = Unexpected<std::string>;

constexpr int kExportVersion = 1;

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// Reads a text with one function and keeps the first error.
template <class T, class Read>
Expected<T, std::string> parsed(std::string_view text, std::string_view name, const Read& read) {
  const auto document = JsonDocument::parse(text);
  if (!document) return Error(std::string(name) + " is not valid JSON");
  std::optional<std::string> error;
  T value;
  read(JsonNode(*document, name, error), value);
  if (error) return Error(*std::move(error));
  return value;
}

Json encode(const LevelMeasure& measure) {
  return {{"level", measure.level}, {"standard_error", measure.standard_error}};
}

Json encode(const DifferenceMeasure& measure) {
  return {{"estimate", measure.estimate},
          {"standard_error", measure.standard_error},
          {"slow_share", measure.slow_share},
          {"spectrum", measure.spectrum}};
}

Json encode(const RunMeasures& measures) {
  Json metrics = Json::array();
  for (const MetricMeasure& metric : measures.metrics) {
    Json made = {{"metric", metric.metric}};
    for (const Arm arm : {Arm::candidate, Arm::baseline}) {
      if (const auto& level = metric.levels[static_cast<std::size_t>(arm)]) made[name(arm)] = encode(*level);
    }
    if (metric.difference) made["difference"] = encode(*metric.difference);
    metrics.push_back(std::move(made));
  }
  return {{"judged_s", measures.seconds},
          {"requests_per_s", measures.requests_per_s},
          {"metrics", std::move(metrics)}};
}

void decode(const JsonNode& node, LevelMeasure& into) {
  node.read("level", into.level);
  node.read("standard_error", into.standard_error);
}

void decode(const JsonNode& node, DifferenceMeasure& into) {
  node.read("estimate", into.estimate);
  node.read("standard_error", into.standard_error);
  node.read("slow_share", into.slow_share);
  const JsonNode spectrum = node.at("spectrum");
  into.spectrum.resize(spectrum.size());
  for (std::size_t i = 0; i < into.spectrum.size(); ++i) spectrum.item(i).read(into.spectrum[i]);
}

void decode(const JsonNode& node, MetricMeasure& into) {
  node.read("metric", into.metric);
  for (const Arm arm : {Arm::candidate, Arm::baseline}) {
    if (node.has(name(arm))) decode(node.at(name(arm)), into.levels[static_cast<std::size_t>(arm)].emplace());
  }
  if (node.has("difference")) decode(node.at("difference"), into.difference.emplace());
}

void decode(const JsonNode& node, RunMeasures& into) {
  node.read("judged_s", into.seconds);
  node.read("requests_per_s", into.requests_per_s);
  const JsonNode metrics = node.at("metrics");
  into.metrics.resize(metrics.size());
  for (std::size_t i = 0; i < into.metrics.size() && !node.failed(); ++i)
    decode(metrics.item(i), into.metrics[i]);
}

Json encode(const StoredRun& run) {
  return {{"id", run.id},
          {"gate", run.key.gate},
          {"scenario_hash", run.key.scenario_hash},
          {"load_hash", run.key.load_hash},
          {"environment_hash", run.key.environment_hash},
          {"environment", run.environment},
          {"labels", run.labels},
          {"name", run.name},
          {"started_utc", run.started_utc},
          {"saved_utc", run.saved_utc},
          {"grade", name(run.grade)},
          {"arms", run.arms},
          {"same_build", run.same_build},
          {"two_instances", run.two_instances},
          {"pinned", run.pinned},
          {"measures", encode(run.measures)}};
}

void decode(const JsonNode& node, StoredRun& into) {
  node.read("id", into.id);
  node.read("gate", into.key.gate);
  node.read("scenario_hash", into.key.scenario_hash);
  node.read("load_hash", into.key.load_hash);
  node.read("environment_hash", into.key.environment_hash);
  node.read("environment", into.environment);
  node.read("labels", into.labels);
  node.read("name", into.name);
  node.read("started_utc", into.started_utc);
  node.read("saved_utc", into.saved_utc);
  node.at("grade").read_name(into.grade, grade_from);
  node.read("arms", into.arms);
  node.read("same_build", into.same_build);
  node.read("two_instances", into.two_instances);
  node.read("pinned", into.pinned);
  decode(node.at("measures"), into.measures);
}

}  // namespace

const MetricMeasure* RunMeasures::of(std::string_view metric) const {
  const auto found = std::find_if(metrics.begin(), metrics.end(),
                                  [&](const MetricMeasure& each) { return each.metric == metric; });
  return found == metrics.end() ? nullptr : &*found;
}

std::string measures_text(const RunMeasures& measures) { return dumped(encode(measures)); }

Expected<RunMeasures, std::string> measures_from(std::string_view text) {
  return parsed<RunMeasures>(text, "measures", [](const JsonNode& node, auto& into) { decode(node, into); });
}

std::string facts_text(const std::map<std::string, std::string>& facts) {
  return dumped(facts.empty() ? Json::object() : Json(facts));
}

Expected<std::map<std::string, std::string>, std::string> facts_from(std::string_view text) {
  using Facts = std::map<std::string, std::string>;
  return parsed<Facts>(text, "facts", [](const JsonNode& node, auto& into) { node.read(into); });
}

std::string export_line(const ExportedRun& exported) {
  return dumped({{"assay_export", kExportVersion},
                 {"run", encode(exported.run)},
                 {"result_json", exported.result_json}}) +
         "\n";
}

Expected<ExportedRun, std::string> import_line(std::string_view line) {
  int version = 0;
  auto read = parsed<ExportedRun>(line, "line", [&](const JsonNode& node, auto& into) {
    node.read("assay_export", version);
    if (version != kExportVersion) return;
    decode(node.at("run"), into.run);
    node.read("result_json", into.result_json);
  });
  if (read && version != kExportVersion)
    return Error("assay_export: this assay reads version 1, the file has " + std::to_string(version));
  return read;
}

}  // namespace assay
