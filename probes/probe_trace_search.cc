#include "probes/probe_trace_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "config/choices.h"
#include "config/values.h"
#include "probes/arrival_course.h"
#include "probes/json_value.h"

namespace assay::probes {
namespace {

using nlohmann::json;

constexpr std::string_view kKeys[] = {"path",     "method",    "headers",   "body",   "http_version",
                                      "backend",  "url",       "requests",  "within", "poll",
                                      "services", "min_spans", "attributes"};

enum class Backend : std::uint8_t { jaeger, tempo };
constexpr config::Choices<Backend, 2> kBackends{{"jaeger", "tempo"}};

struct Settings final : config::ProbeSettings {
  ArrivalPlan plan;
  Backend backend = Backend::jaeger;
  std::vector<std::string> services;
  std::uint64_t min_spans = 1;
  std::map<std::string, std::string> attributes;  // of any span or its process
};

// ---- the gate file
std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  settings->plan = read_arrival(reading, "url", "write it like url: http://127.0.0.1:16686");
  if (const config::Node* node = reading.require("backend", "write backend: jaeger or backend: tempo"))
    config::assign(settings->backend, config::read_choice(reading.context, *node, "backend", kBackends));
  if (const config::Node* node = reading.find("services"))
    settings->services = read_texts(reading, *node, "services");
  if (const config::Node* node = reading.find("min_spans"))
    config::assign(settings->min_spans,
                   config::read_whole(reading.context, *node, "min_spans", {1, 100'000}));
  const config::Node* attributes = reading.find("attributes");
  if (attributes == nullptr || !config::is_filled_map(reading.context, *attributes, "attributes",
                                                      "write it like { tenant_id: \"7\" }"))
    return settings;
  for (const config::Node::Entry& entry : attributes->entries)
    config::assign(settings->attributes[entry.key->text],
                   config::read_text(reading.context, *entry.value, entry.key->text));
  return settings;
}

// ---- what is read
struct Trace {
  std::set<std::string> services;
  std::size_t spans = 0;
  std::map<std::string, std::string> attributes;

  Arrived arrived() && {
    Arrived made;
    const std::vector<std::string> names(services.begin(), services.end());
    made.shown = fmt::format("{} span{} of {}", spans, spans == 1 ? "" : "s", listed(names));
    made.fields = std::move(attributes);
    for (const std::string& service : services) made.fields["service " + service] = service;
    made.fields["spans"] = std::to_string(spans);
    return made;
  }
};

// {"data":[{"spans":[{"tags":[{"key","value"}]}],"processes":{"p1":{"serviceName","tags"}}}]}
std::optional<Trace> jaeger_trace(const json& answer) {
  const json& data = member(answer, "data");
  if (!data.is_array() || data.empty()) return std::nullopt;
  Trace trace;
  const auto take_tags = [&](const json& holder) {
    const json& tags = member(holder, "tags");
    if (!tags.is_array()) return;
    for (const json& tag : tags) trace.attributes[text_in(tag, "key")] = plain(member(tag, "value"));
  };
  for (const json& one : data) {
    const json& spans = member(one, "spans");
    if (spans.is_array()) {
      trace.spans += spans.size();
      for (const json& span : spans) take_tags(span);
    }
    const json& processes = member(one, "processes");
    if (!processes.is_object()) continue;
    for (const auto& [key, process] : processes.items()) {
      trace.services.insert(text_in(process, "serviceName"));
      take_tags(process);
    }
  }
  return trace;
}

// OTLP:
// {"batches":[{"resource":{"attributes":[{"key","value":{"stringValue"}}]},"scopeSpans":[{"spans":[...]}]}]}
class OtlpReader {
 public:
  std::optional<Trace> read(const json& answer) {
    const json& batches = member(answer, member(answer, "batches").is_array() ? "batches" : "resourceSpans");
    if (!batches.is_array() || batches.empty()) return std::nullopt;
    for (const json& batch : batches) {
      take_attributes(member(batch, "resource"), true);
      for (const std::string_view key : {"scopeSpans", "instrumentationLibrarySpans"}) {
        const json& scopes = member(batch, key);
        if (!scopes.is_array()) continue;
        for (const json& scope : scopes) take_spans(member(scope, "spans"));
      }
    }
    return std::move(trace_);
  }

 private:
  void take_spans(const json& spans) {
    if (!spans.is_array()) return;
    trace_.spans += spans.size();
    for (const json& span : spans) take_attributes(span, false);
  }

  void take_attributes(const json& holder, bool is_resource) {
    const json& attributes = member(holder, "attributes");
    if (!attributes.is_array()) return;
    for (const json& one : attributes) {
      const json& value = member(one, "value");
      if (!value.is_object() || value.empty()) continue;
      const std::string key = text_in(one, "key"), text = plain(*value.begin());
      trace_.attributes[key] = text;
      if (is_resource && key == "service.name") trace_.services.insert(text);
    }
  }

  Trace trace_;
};

class TracePlace final : public ArrivalPlace {
 public:
  explicit TracePlace(const Settings& settings) : settings_(settings) {}

  client::Ask question(const std::string& id) const override {
    return settings_.plan.server.get("trace", "/api/traces/" + trace_of(id));
  }

  Read<std::optional<Arrived>> read(const client::HttpAnswer& answer,
                                    const std::string& /*id*/) const override {
    if (answer.status == 404) return std::optional<Arrived>();
    if (answer.status != 200) return Unexpected(fmt::format("status {}", answer.status));
    const auto body = json_of(answer);
    if (!body) return Unexpected(std::string(body.error()));
    std::optional<Trace> trace =
        settings_.backend == Backend::jaeger ? jaeger_trace(*body) : OtlpReader().read(*body);
    if (!trace) return std::optional<Arrived>();
    // The first spans come before the last ones.
    const bool whole = trace->spans >= settings_.min_spans && has_services(*trace);
    Arrived arrived = std::move(*trace).arrived();
    if (!whole) arrived.missing = "only " + arrived.shown;
    return std::optional<Arrived>(std::move(arrived));
  }

 private:
  static std::string trace_of(const std::string& traceparent) { return traceparent.substr(3, 32); }

  bool has_services(const Trace& trace) const {
    return std::all_of(settings_.services.begin(), settings_.services.end(),
                       [&](const std::string& service) { return trace.services.contains(service); });
  }

  const Settings& settings_;
};

class TraceCourse final : public ArrivalCourse {
 public:
  explicit TraceCourse(const Probe& probe)
      : ArrivalCourse(probe, probe.settings<Settings>().plan, "traces",
                      std::make_unique<const TracePlace>(probe.settings<Settings>())),
        settings_(probe.settings<Settings>()) {}

 private:
  // W3C Trace Context, with the flag that asks for it to be sampled.
  std::string id_of(std::size_t /*index*/) const override {
    return fmt::format("00-{}-{}-01", random_hex(32), random_hex(16));
  }
  client::Field header_of(const std::string& id) const override { return {"traceparent", id}; }

  void judge_arrived(const Arrived& arrived, Judgement& judgement) const override {
    judgement.require(true, "trace",
                      fmt::format("{} spans or more{}", settings_.min_spans,
                                  settings_.services.empty() ? "" : " of " + listed(settings_.services)),
                      arrived.shown);
    for (const auto& [key, value] : settings_.attributes) {
      const auto found = arrived.fields.find(key);
      judgement.require(found != arrived.fields.end() && found->second == value, "attribute " + key, value,
                        found == arrived.fields.end() ? "absent" : found->second);
    }
  }

  const Settings& settings_;
};

std::unique_ptr<Course> begin(const Probe& probe) { return std::make_unique<TraceCourse>(probe); }

}  // namespace

const Kind kTraceSearch{.form = {.name = "trace-search", .keys = kKeys, .read = read, .repeats = false},
                        .purpose = "the traces of requests arrive, with the services that they pass",
                        .begin = begin};

}  // namespace assay::probes
