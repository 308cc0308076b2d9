#include "probes/probe_log_search.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "config/choices.h"
#include "config/values.h"
#include "probes/arrival_course.h"
#include "probes/log_places.h"
#include "probes/value_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"path",  "method",   "headers", "body",  "http_version", "backend",
                                      "url",   "requests", "within",  "poll",  "header",       "selector",
                                      "index", "id_field", "query",   "token", "fields"};
constexpr config::Choices<LogBackend, 4> kBackends{{"loki", "elasticsearch", "seq", "http"}};
constexpr std::string_view kPresent = "present";

struct Field {
  std::string name, value;  // "present": any
  std::string location;
};

struct Settings final : config::ProbeSettings {
  ArrivalPlan plan;
  LogQuery query;
  std::string header = "X-Request-ID";
  std::vector<Field> fields;
};

// ---- the gate file
class LogReader {
 public:
  LogReader(const config::ProbeReading& reading, Settings& settings)
      : reading_(reading), settings_(settings) {}

  void read() {
    settings_.plan = read_arrival(reading_, "url", "write it like url: http://127.0.0.1:3100");
    LogQuery& query = settings_.query;
    query.server = settings_.plan.server;
    const config::Node* backend =
        reading_.require("backend", "write backend: loki, elasticsearch, seq or http");
    if (backend == nullptr) return;
    config::assign(query.backend, config::read_choice(reading_.context, *backend, "backend", kBackends));
    take(LogBackend::loki, "selector", query.selector, "write it like selector: '{app=\"shop\"}'");
    take(LogBackend::elasticsearch, "index", query.index, "write it like index: shop-*");
    take(LogBackend::http, "query", query.path, "write it like query: /search?q={id}");
    const bool has_field = query.backend == LogBackend::elasticsearch || query.backend == LogBackend::seq;
    if (has_field) take(query.backend, "id_field", query.id_field, "write it like id_field: request_id");
    if (query.backend == LogBackend::http && query.path.find("{id}") == std::string::npos &&
        !query.path.empty())
      reading_.error(*reading_.find("query"), "nothing says where the id stands", "write {id} at its place");
    if (const config::Node* token = reading_.find("token"))
      query.token = reading_.text(*token, "token").value_or("");
    if (const config::Node* header = reading_.find("header"))
      settings_.header = read_header_name(reading_, *header, "header");
    if (const config::Node* fields = reading_.find("fields")) read_fields(*fields);
  }

 private:
  // A key that one backend requires and the others do not know.
  void take(LogBackend backend, std::string_view key, std::string& into, std::string_view hint) {
    const config::Node* node = reading_.find(key);
    if (settings_.query.backend == backend) node = reading_.require(key, hint);
    if (node == nullptr) return;
    if (settings_.query.backend != backend)
      return reading_.error(*node, config::in_quotes(key) + " means nothing to this backend", "remove it");
    into = reading_.text(*node, key).value_or("");
    if (into.empty()) reading_.error(*node, config::in_quotes(key) + " is empty", std::string(hint));
  }

  void read_fields(const config::Node& node) {
    if (!config::is_filled_map(reading_.context, node, "fields",
                               "write it like { level: info, user_id: present }"))
      return;
    for (const config::Node::Entry& entry : node.entries)
      settings_.fields.push_back({entry.key->text, reading_.text(*entry.value, entry.key->text).value_or(""),
                                  reading_.context.place(*entry.value).location()});
  }

  const config::ProbeReading& reading_;
  Settings& settings_;
};

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  LogReader(reading, *settings).read();
  return settings;
}

class LogCourse final : public ArrivalCourse {
 public:
  explicit LogCourse(const Probe& probe)
      : ArrivalCourse(probe, probe.settings<Settings>().plan, "log entries",
                      log_place(probe.settings<Settings>().query)),
        settings_(probe.settings<Settings>()) {}

 private:
  std::string id_of(std::size_t /*index*/) const override { return "assay-" + random_hex(24); }
  client::Field header_of(const std::string& id) const override { return {settings_.header, id}; }

  void judge_arrived(const Arrived& arrived, Judgement& judgement) const override {
    for (const Field& field : settings_.fields) {
      const auto found = arrived.fields.find(field.name);
      const bool there = found != arrived.fields.end() && !found->second.empty() && found->second != "null";
      const bool holds = there && (field.value == kPresent || found->second == field.value);
      judgement.require(holds, "field " + field.name, field.value,
                        !there                    ? "absent in " + arrived.shown
                        : field.value == kPresent ? "present"
                                                  : found->second,
                        field.location);
    }
  }

  const Settings& settings_;
};

std::unique_ptr<Course> begin(const Probe& probe) { return std::make_unique<LogCourse>(probe); }

}  // namespace

const Kind kLogSearch{.form = {.name = "log-search", .keys = kKeys, .read = read, .repeats = false},
                      .purpose = "what requests leave in the logs is found by their id, with its fields",
                      .begin = begin};

}  // namespace assay::probes
