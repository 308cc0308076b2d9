// What a gate file says about one `health` probe, and the rules that hold over several of its ticks.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/probe_form.h"
#include "match/json_text.h"
#include "probes/expectation.h"
#include "probes/kind.h"
#include "probes/value_keys.h"

namespace assay::probes {

enum class HealthRole : std::uint8_t { main, live, ready, user };

struct HealthDependency {
  std::string name;
  match::JsonPointer pointer;
};
struct HealthShape {
  match::JsonPointer pointer;
  match::JsonType type;
};
struct HealthEndpoint {
  HealthRole role = HealthRole::main;
  std::string path;
};

struct HealthSettings final : config::ProbeSettings {
  std::vector<HealthEndpoint> endpoints;  // in the order in which they are asked
  std::vector<client::Field> headers;
  // Of the endpoint with the details: `expect`, its status apart.
  StatusSet status;
  std::string status_location;
  Expectation expectation;
  bool expects_json = false;
  std::vector<HealthDependency> dependencies;
  std::vector<HealthShape> shape;
  std::optional<match::JsonPointer> uptime, timestamp;
  // With a unit, an instance that was up before is told from one that was started while we looked.
  std::optional<double> uptime_unit_s;
  Nanos clock_tolerance{std::chrono::seconds(5)};

  bool asks(HealthRole role) const;
  // Which endpoint `expect`, `shape`, `uptime` and `timestamp` speak of, and which `dependencies`.
  HealthRole details() const;
  HealthRole dependents() const { return asks(HealthRole::ready) ? HealthRole::ready : details(); }
};

extern const std::span<const std::string_view> kHealthKeys;
std::shared_ptr<const config::ProbeSettings> read_health(const config::ProbeReading& reading);

void judge_uptimes(const HealthSettings& settings, std::span<const Tick> ticks, Judgement& judgement);
void judge_readiness_over_time(std::span<const Tick> ticks, Judgement& judgement);

}  // namespace assay::probes
