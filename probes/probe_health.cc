#include "probes/probe_health.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "match/answer.h"
#include "probes/health_settings.h"
#include "probes/strict_json.h"
#include "probes/timestamp.h"

namespace assay::probes {
namespace {

// Judges the answers of one tick. The details of an answer are looked at only where it is JSON.
class TickJudge final {
 public:
  TickJudge(const Probe& probe, Exchanges all)
      : probe_(probe), settings_(probe.settings<HealthSettings>()), all_(all) {}

  Judgement judge() {
    for (std::size_t i = 0; i < settings_.endpoints.size(); ++i)
      judge_endpoint(settings_.endpoints[i].role, all_[i]);
    judge_user_path();
    return std::move(judgement_);
  }

 private:
  const Exchange* find(HealthRole role) const {
    for (std::size_t i = 0; i < settings_.endpoints.size(); ++i)
      if (settings_.endpoints[i].role == role) return &all_[i];
    return nullptr;
  }
  static bool is_good(const Exchange& exchange, int last_status) {
    const client::HttpAnswer* http = exchange.answer.http();
    return exchange.answer.ok() && http->status >= 200 && http->status <= last_status;
  }

  void judge_endpoint(HealthRole role, const Exchange& exchange) {
    if (role == HealthRole::user) return;
    if (has_trouble(exchange)) return;
    const client::HttpAnswer& answer = *exchange.answer.http();
    judge_status(role, exchange.ask.label, answer);
    if (role == settings_.details()) settings_.expectation.judge(probe_, answer, judgement_);
    if (has_details(role) && is_json(exchange.ask.label, answer)) judge_details(role, exchange, answer);
  }

  // No answer in time is what an orchestrator counts as a failure, and the reason must say so.
  bool has_trouble(const Exchange& exchange) {
    if (exchange.answer.trouble != client::Trouble::timeout)
      return judgement_.trouble(exchange.ask, exchange.answer);
    judgement_.require(false, exchange.ask.label, "an answer within " + format_duration(probe_.spec.timeout),
                       "hang: " + exchange.answer.problem);
    return true;
  }

  bool has_details(HealthRole role) const {
    const bool details = role == settings_.details() && (!settings_.shape.empty() || settings_.uptime ||
                                                         settings_.timestamp || settings_.expects_json);
    return details || (role == settings_.dependents() && !settings_.dependencies.empty());
  }

  bool is_json(const std::string& label, const client::HttpAnswer& answer) {
    const std::string fault = json_fault(answer);
    if (!fault.empty()) judgement_.require(false, label, "JSON", fault);
    return fault.empty();
  }

  void judge_status(HealthRole role, const std::string& label, const client::HttpAnswer& answer) {
    const bool written = role == settings_.details();
    const bool good =
        written ? settings_.status.holds(answer.status) : answer.status >= 200 && answer.status <= 299;
    std::string observed = std::to_string(answer.status);
    if (!good) observed += cause(role, answer);
    judgement_.require(good, label, written ? settings_.status.shown : "2xx", std::move(observed),
                       written ? settings_.status_location : "");
  }

  // What a bad status comes from, as far as the answers tell.
  std::string cause(HealthRole role, const client::HttpAnswer& answer) const {
    const Exchange* ready = find(HealthRole::ready);
    if (role == HealthRole::live && ready != nullptr && !is_good(*ready, 299))
      return ": it fails together with readiness, so a restart would follow from a dependency's fault";
    if (role != settings_.dependents() || settings_.dependencies.empty()) return {};
    if (const std::string fault = json_fault(answer); !fault.empty())
      return ", with " + fault + " instead of JSON";
    const std::string down = down_dependencies(answer);
    return down.empty() ? ", and names no dependency that is down" : ": " + down;
  }

  std::string down_dependencies(const client::HttpAnswer& answer) const {
    std::string text;
    for (const HealthDependency& dependency : settings_.dependencies) {
      const std::optional<std::string_view> value = dependency.pointer.find(answer.body);
      if (value && is_up(*value)) continue;
      text += fmt::format("{}{} is {}", text.empty() ? "" : ", ", dependency.name, value.value_or("absent"));
    }
    return text;
  }

  static bool is_up(std::string_view value) {
    if (value == "true") return true;
    if (match::json_type(value) != match::JsonType::string) return false;
    std::string text;
    match::decode_json_string(value, text);
    text = match::lower_case(text);
    return text == "up" || text == "ok" || text == "healthy";
  }

  void judge_details(HealthRole role, const Exchange& exchange, const client::HttpAnswer& answer) {
    if (role == settings_.dependents()) judge_dependencies(answer);
    if (role != settings_.details()) return;
    for (const HealthShape& shape : settings_.shape) judge_type(shape, answer);
    if (settings_.uptime) judge_uptime(answer);
    if (settings_.timestamp) judge_timestamp(exchange.answer, answer);
  }

  void judge_dependencies(const client::HttpAnswer& answer) {
    for (const HealthDependency& dependency : settings_.dependencies) {
      const std::optional<std::string_view> value = dependency.pointer.find(answer.body);
      judgement_.require(value && is_up(*value), "dependency " + dependency.name, "true, up, ok or healthy",
                         std::string(value.value_or("absent")));
    }
  }

  void judge_type(const HealthShape& shape, const client::HttpAnswer& answer) {
    const std::optional<std::string_view> value = shape.pointer.find(answer.body);
    std::string observed = "absent";
    bool holds = false;
    if (value) {
      const match::JsonType type = match::json_type(*value);
      holds =
          type == shape.type || (shape.type == match::JsonType::number && type == match::JsonType::integer);
      observed = fmt::format("{} {}", name(type), *value);
    }
    judgement_.require(holds, "json " + std::string(shape.pointer.shown()), std::string(name(shape.type)),
                       observed);
  }

  void judge_uptime(const client::HttpAnswer& answer) {
    const std::optional<std::string_view> value = settings_.uptime->find(answer.body);
    const bool is_text = value && match::json_type(*value) == match::JsonType::string;
    const std::optional<double> number = value && !is_text ? match::number_from(*value) : std::nullopt;
    const bool holds = number && std::isfinite(*number) && *number >= 0;
    judgement_.require(holds, "uptime " + std::string(settings_.uptime->shown()), "a number from 0 up",
                       std::string(value.value_or("absent")));
    if (holds) judgement_.note({"uptime", *number, std::string(*value)});
  }

  // The server wrote it after our ask had begun and before the answer was whole.
  void judge_timestamp(const client::Answer& answer, const client::HttpAnswer& http) {
    const std::string what = "timestamp " + std::string(settings_.timestamp->shown());
    const std::string expected =
        "within " + format_duration(settings_.clock_tolerance) + " of this machine's clock";
    const std::optional<std::string_view> value = settings_.timestamp->find(http.body);
    const std::optional<WallTime> stamp = value ? parse_json_time(*value) : std::nullopt;
    if (!stamp) {
      judgement_.require(false, what, "a moment like \"2026-02-14T09:00:00Z\"",
                         std::string(value.value_or("absent")));
      return;
    }
    const Nanos behind = answer.started_wall - *stamp;
    const Nanos ahead = *stamp - (answer.started_wall + answer.phases.done);
    if (behind > settings_.clock_tolerance) {
      judgement_.require(false, what, expected,
                         fmt::format("{}, {} behind: an old answer, or a clock that is off", *value,
                                     format_duration(behind)));
    } else if (ahead > settings_.clock_tolerance) {
      judgement_.require(false, what, expected,
                         fmt::format("{}, {} ahead: a clock that is off", *value, format_duration(ahead)));
    } else {
      judgement_.require(true, what, expected, std::string(*value));
    }
  }

  // Whether the application serves its users, next to what it says about itself.
  void judge_user_path() {
    const Exchange* user = find(HealthRole::user);
    if (user == nullptr) return;
    const Exchange* ready = find(HealthRole::ready);
    if (ready == nullptr) ready = find(HealthRole::main);
    const bool serves = is_good(*user, 399);
    const bool says_ready = is_good(*ready, 299);
    judgement_.note({"ready", says_ready ? 1.0 : 0.0, {}});
    judgement_.note({"user path", serves ? 1.0 : 0.0, {}});
    const client::HttpAnswer* http = user->answer.http();
    const std::string observed =
        user->answer.ok() ? std::to_string(http->status)
                          : fmt::format("{}: {}", name(user->answer.trouble), user->answer.problem);
    judgement_.require(
        serves, says_ready && !serves ? "lying readiness, " + user->ask.label : user->ask.label,
        says_ready ? fmt::format("2xx or 3xx, as {} says ready", ready->ask.label) : "2xx or 3xx", observed);
  }

  const Probe& probe_;
  const HealthSettings& settings_;
  Exchanges all_;
  Judgement judgement_;
};

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  if (!so_far.empty()) return {};
  const auto& settings = probe.settings<HealthSettings>();
  std::vector<client::Ask> asks;
  for (const HealthEndpoint& endpoint : settings.endpoints) {
    client::Ask ask = probe.http(endpoint.path);
    std::vector<client::Field>& headers = http(ask).headers;
    headers.insert(headers.end(), settings.headers.begin(), settings.headers.end());
    asks.push_back(std::move(ask));
  }
  return asks;
}

Judgement judge(const Probe& probe, Exchanges all) { return TickJudge(probe, all).judge(); }

void over_time(const Probe& probe, std::span<const Tick> ticks, const LoadFacts&, Judgement& judgement) {
  judge_uptimes(probe.settings<HealthSettings>(), ticks, judgement);
  judge_readiness_over_time(ticks, judgement);
}

}  // namespace

const Kind kHealth{.form = {.name = "health", .keys = kHealthKeys, .read = read_health},
                   .purpose = "it says that it is alive and ready, and names what it depends on",
                   .next = next,
                   .judge = judge,
                   .over_time = over_time};

}  // namespace assay::probes
