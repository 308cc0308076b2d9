#include "probes/health_settings.h"

#include <algorithm>
#include <utility>

#include "config/choices.h"
#include "config/parts.h"
#include "config/values.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"path",        "headers",      "expect",          "live",
                                      "ready",       "dependencies", "shape",           "uptime",
                                      "uptime_unit", "timestamp",    "clock_tolerance", "user_path"};
constexpr config::DurationRange kToleranceRange{Nanos(0), std::chrono::hours(1)};
enum class Unit : std::uint8_t { s, ms };
constexpr config::Choices<Unit, 2> kUnits{{"s", "ms"}};

// Without a path of its own, a probe of "live" and "ready" asks nothing else.
void read_endpoints(const config::ProbeReading& reading, HealthSettings& settings) {
  const auto add = [&](HealthRole role, std::string_view key) {
    if (const config::Node* node = reading.find(key))
      settings.endpoints.push_back({role, read_path(reading, *node, key)});
  };
  add(HealthRole::main, "path");
  add(HealthRole::live, "live");
  add(HealthRole::ready, "ready");
  if (settings.endpoints.empty()) settings.endpoints.push_back({HealthRole::main, "/health"});
  add(HealthRole::user, "user_path");
}

// A redirect is no sign of health: many applications send the unknown to their login.
void read_expected(const config::ProbeReading& reading, HealthSettings& settings) {
  config::ExpectSpec spec;
  if (const config::Node* node = reading.find("expect")) spec = config::read_expect(reading.context, *node);
  settings.expects_json = !spec.json.empty();
  settings.status = {{{200, 299}}, "2xx"};
  if (spec.status) {
    settings.status.ranges.clear();
    for (const auto& range : spec.status->accepted)
      settings.status.ranges.push_back({range.first, range.last});
    settings.status.shown = spec.status->source_text;
  }
  settings.expectation = compile_expectation(reading, spec);
  std::vector<match::Check>& checks = settings.expectation.checks;
  if (checks.empty() || !checks.front().is_status()) return;  // after an error
  settings.status_location = checks.front().location;
  checks.erase(checks.begin());
}

void read_dependencies(const config::ProbeReading& reading, HealthSettings& settings) {
  const config::Node* node = reading.find("dependencies");
  if (node == nullptr || !config::is_filled_map(reading.context, *node, "dependencies",
                                                "write it like { database: /checks/database }"))
    return;
  for (const config::Node::Entry& entry : node->entries) {
    auto pointer = read_pointer(reading, *entry.value, entry.key->text);
    if (pointer) settings.dependencies.push_back({entry.key->text, *std::move(pointer)});
  }
}

void read_shape(const config::ProbeReading& reading, HealthSettings& settings) {
  const config::Node* node = reading.find("shape");
  if (node == nullptr ||
      !config::is_filled_map(reading.context, *node, "shape", "write it like { /status: string }"))
    return;
  for (const config::Node::Entry& entry : node->entries) {
    auto pointer = read_pointer_key(reading, *entry.key);
    const std::string word =
        entry.value->is_null()
            ? "null"
            : config::read_text(reading.context, *entry.value, entry.key->text).value_or("");
    const std::optional<match::JsonType> type = match::json_type_from(word);
    if (!type && !word.empty()) {
      reading.error(*entry.value, config::in_quotes(word) + " is not a type",
                    "use null, boolean, integer, number, string, array or object");
    }
    if (pointer && type) settings.shape.push_back({*std::move(pointer), *type});
  }
}

void read_uptime(const config::ProbeReading& reading, HealthSettings& settings) {
  const config::Node* uptime = reading.find("uptime");
  if (uptime != nullptr) settings.uptime = read_pointer(reading, *uptime, "uptime");
  const config::Node* node = reading.find("uptime_unit");
  if (node == nullptr) return;
  const std::optional<Unit> unit = config::read_choice(reading.context, *node, "uptime_unit", kUnits);
  if (unit) settings.uptime_unit_s = *unit == Unit::s ? 1 : 1e-3;
  if (uptime == nullptr)
    reading.error(*node, "a unit of an uptime that is not looked at", "add uptime: /uptime, or remove it");
}

void read_timestamp(const config::ProbeReading& reading, HealthSettings& settings) {
  const config::Node* timestamp = reading.find("timestamp");
  if (timestamp != nullptr) settings.timestamp = read_pointer(reading, *timestamp, "timestamp");
  const config::Node* node = reading.find("clock_tolerance");
  if (node == nullptr) return;
  config::assign(settings.clock_tolerance,
                 config::read_duration(reading.context, *node, "clock_tolerance", kToleranceRange));
  if (timestamp == nullptr)
    reading.error(*node, "no timestamp is looked at", "add timestamp: /timestamp, or remove it");
}

}  // namespace

const std::span<const std::string_view> kHealthKeys = kKeys;

bool HealthSettings::asks(HealthRole role) const {
  return std::any_of(endpoints.begin(), endpoints.end(),
                     [&](const HealthEndpoint& endpoint) { return endpoint.role == role; });
}

HealthRole HealthSettings::details() const {
  if (asks(HealthRole::main)) return HealthRole::main;
  return asks(HealthRole::ready) ? HealthRole::ready : HealthRole::live;
}

std::shared_ptr<const config::ProbeSettings> read_health(const config::ProbeReading& reading) {
  auto settings = std::make_shared<HealthSettings>();
  read_endpoints(reading, *settings);
  if (const config::Node* headers = reading.find("headers"))
    settings->headers = read_header_fields(reading, *headers);
  read_expected(reading, *settings);
  read_dependencies(reading, *settings);
  read_shape(reading, *settings);
  read_uptime(reading, *settings);
  read_timestamp(reading, *settings);
  const bool asks_ready = settings->asks(HealthRole::ready) || settings->asks(HealthRole::main);
  if (const config::Node* user = reading.find("user_path"); user != nullptr && !asks_ready)
    reading.error(*user, "no readiness is asked that the user path could belie", "add ready: /health/ready");
  return settings;
}

}  // namespace assay::probes
