#include "probes/lifecycle_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"
#include "config/values.h"
#include "probes/fault_keys.h"
#include "probes/rules_file.h"

namespace assay::probes {
namespace {

using config::MapReader;
using config::Node;
using config::ProbeReading;

constexpr std::string_view kExpectWords[] = {"pending_within",           "firing_within",
                                             "notified_within",          "resolved_within",
                                             "resolved_notified_within", "min_pending"};
constexpr config::KeyTable kExpectKeys{"lifecycle_expect", "expect of an alert-lifecycle probe",
                                       kExpectWords};
constexpr config::DurationRange kWithinRange{std::chrono::milliseconds(100), std::chrono::hours(24)};
constexpr config::DurationRange kPollRange{std::chrono::milliseconds(50), std::chrono::minutes(5)};

class LifecycleReader {
 public:
  LifecycleReader(const ProbeReading& reading, LifecycleSettings& settings)
      : reading_(reading), settings_(settings) {}

  void read() {
    if (const Node* node = reading_.require("alert", "write it like alert: HighErrorRate"))
      settings_.alert = reading_.text(*node, "alert").value_or("");
    if (const Node* node = reading_.find("labels")) read_labels(*node);
    read_servers();
    if (const Node* node = reading_.find("receiver")) settings_.receiver = read_receiver(reading_, *node);
    read_fault(reading_, settings_);
    read_surroundings();
    if (const Node* node = reading_.find("expect")) read_expect(*node);
    if (const Node* node = reading_.find("poll"))
      config::assign(settings_.poll, config::read_duration(reading_.context, *node, "poll", kPollRange));
    if (const Node* node = reading_.find("unaffected"))
      settings_.unaffected = read_texts(reading_, *node, "unaffected");
    if (const Node* node = reading_.find("rules_file")) check_rule(*node);
    if (std::find(settings_.unaffected.begin(), settings_.unaffected.end(), settings_.alert) !=
        settings_.unaffected.end())
      reading_.error(*reading_.find("unaffected"), "this alert is the one that must fire",
                     "name alerts that must stay as they are");
  }

 private:
  void read_labels(const Node& node) {
    if (!config::is_filled_map(reading_.context, node, "labels", "write it like { severity: critical }"))
      return;
    for (const Node::Entry& entry : node.entries)
      if (const auto text = reading_.text(*entry.value, entry.key->text))
        settings_.labels[entry.key->text] = *text;
  }

  void read_servers() {
    if (const Node* node = reading_.require("prometheus", "write it like prometheus: http://127.0.0.1:9090"))
      settings_.prometheus = read_other_server(reading_, *node, "prometheus");
    if (const Node* node =
            reading_.require("alertmanager", "write it like alertmanager: http://127.0.0.1:9093"))
      settings_.alertmanager = read_other_server(reading_, *node, "alertmanager");
  }

  // ---- the load beside it
  void read_surroundings() {
    const Node* phase = reading_.find("phase");
    const Node* inject = reading_.find("inject");
    const bool is_the_load = std::holds_alternative<LoadInjector>(settings_.injector);
    if (is_the_load && phase == nullptr) reading_.spec.phase = ProbePhase::during;
    const bool beside_load = reading_.spec.phase == ProbePhase::during;
    if (is_the_load && !beside_load)
      return reading_.error(*phase, "the load is the fault, and it is not there then", "use phase: during");
    if (is_the_load && reading_.gate.load.empty())
      return reading_.error(*inject, "there is no load that could be the fault",
                            "add scenarios and load, or another way to inject it");
    if (beside_load && !reading_.gate.load.empty()) settings_.load_lasts = reading_.gate.planned_length();
  }

  // ---- the times
  void read_expect(const Node& node) {
    const MapReader map(reading_.context, node, kExpectKeys, "expect");
    if (!map.is_map()) return;
    const std::pair<std::string_view, std::optional<Nanos>*> within[] = {
        {"pending_within", &settings_.pending_within},
        {"firing_within", &settings_.firing_within},
        {"notified_within", &settings_.notified_within},
        {"resolved_within", &settings_.resolved_within},
        {"resolved_notified_within", &settings_.resolved_notified_within}};
    for (const auto& [key, into] : within)
      if (const Node* value = find(map, key))
        *into = config::read_duration(reading_.context, *value, key, kWithinRange);
    if (const Node* value = find(map, "min_pending"))
      config::assign(settings_.min_pending,
                     config::read_duration(reading_.context, *value, "min_pending", kWithinRange));
    if (settings_.load_lasts) check_load(map, *settings_.load_lasts);
    check_order(map, "pending_within", settings_.pending_within, settings_.firing_within);
    check_order(map, "firing_within", settings_.firing_within, settings_.notified_within);
    check_order(map, "resolved_within", settings_.resolved_within, settings_.resolved_notified_within);
    for (const std::string_view key : {"notified_within", "resolved_notified_within"})
      if (const Node* value = map.find(key); value != nullptr && !settings_.receiver)
        reading_.error(*value, "nobody waits for the notification",
                       "add receiver: { listen: 127.0.0.1:9099 }");
  }

  const Node* find(const MapReader& map, std::string_view key) {
    const Node* node = map.find(key);
    if (node != nullptr) settings_.places[std::string(key)] = reading_.context.place(*node).location();
    return node;
  }

  void check_order(const MapReader& map, std::string_view key, const std::optional<Nanos>& earlier,
                   const std::optional<Nanos>& later) {
    if (earlier && later && *earlier > *later)
      reading_.error(*map.find(key), "this may come later than what follows it", "use a shorter time here");
  }

  // What may come after the load is over cannot be waited for.
  void check_load(const MapReader& map, Nanos lasts) {
    const std::pair<std::string_view, const std::optional<Nanos>*> within[] = {
        {"notified_within", &settings_.notified_within},
        {"firing_within", &settings_.firing_within},
        {"pending_within", &settings_.pending_within}};
    for (const auto& [key, limit] : within) {
      if (!*limit || **limit <= lasts) continue;
      return reading_.error(*map.find(key),
                            fmt::format("the load lasts {}, and this may take {}", format_duration(lasts),
                                        format_duration(**limit)),
                            "offer load for longer, or expect it sooner");
    }
  }

  // What the reviewed rule says can be held against the plan before anything is sent.
  void check_rule(const Node& node) {
    const std::vector<WantedRule> rules = read_rules_file(reading_, node);
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [&](const WantedRule& one) { return one.alert == settings_.alert; });
    if (rule == rules.end()) {
      if (!rules.empty())
        reading_.error(node, "the rules file has no alert " + config::in_quotes(settings_.alert),
                       "name the file with its rule");
      return;
    }
    for (const LifecycleFlaw& flaw : flaws_of(settings_, {*rule->expr, rule->hold.value_or(Nanos(0)),
                                                          Nanos(0), rule->keep_firing.value_or(Nanos(0))})) {
      const bool of_fault = flaw.key == "error_ratio" || flaw.key == "phase";
      reading_.error(*reading_.find(of_fault ? "inject" : "expect"), flaw.why, "see " + rule->location);
    }
  }

  const ProbeReading& reading_;
  LifecycleSettings& settings_;
};

}  // namespace

std::optional<double> LifecycleSettings::overall_ratio() const {
  if (!error_ratio) return std::nullopt;
  return *error_ratio * share.value_or(1);
}

namespace {

// "a canary that takes 10% of the traffic and fails 40% of it makes 4% overall: "
std::string dilution(const LifecycleSettings& settings) {
  if (!settings.error_ratio || !settings.share) return {};
  return fmt::format("a part that takes {} of the traffic and fails {} of it makes {} overall: ",
                     format_ratio(*settings.share), format_ratio(*settings.error_ratio),
                     format_ratio(*settings.overall_ratio()));
}

}  // namespace

std::vector<LifecycleFlaw> flaws_of(const LifecycleSettings& settings, const RuleTimes& rule) {
  std::vector<LifecycleFlaw> flaws;
  const auto add = [&](std::string_view key, const std::string& why) {
    if (!why.empty()) flaws.push_back({key, dilution(settings) + why});
  };
  const std::optional<double> ratio = settings.overall_ratio();
  if (ratio) add("error_ratio", why_not_by_share(rule, *ratio));
  if (settings.load_lasts && flaws.empty()) {
    const std::string why = why_not_in_time(rule, ratio, *settings.load_lasts);
    if (!why.empty())
      add("phase", fmt::format("the load lasts {}: {}", format_duration(*settings.load_lasts), why));
  }
  if (settings.firing_within && flaws.empty())
    add("firing_within", why_not_in_time(rule, ratio, *settings.firing_within));
  const bool is_of_end = settings.resolved_within.has_value();
  const auto& over = is_of_end ? settings.resolved_within : settings.resolved_notified_within;
  if (over && !settings.is_synthetic())
    add(is_of_end ? "resolved_within" : "resolved_notified_within", why_not_over_in_time(rule, *over));
  if (settings.min_pending > rule.hold)
    flaws.push_back(
        {"min_pending", fmt::format("it is pending for {} by its rule, and {} are expected",
                                    format_duration(rule.hold), format_duration(settings.min_pending))});
  return flaws;
}

std::string LifecycleSettings::place(std::string_view key) const {
  const auto found = places.find(key);
  return found == places.end() ? std::string() : found->second;
}

std::shared_ptr<const config::ProbeSettings> read_lifecycle(const ProbeReading& reading) {
  auto settings = std::make_shared<LifecycleSettings>();
  LifecycleReader(reading, *settings).read();
  return settings;
}

}  // namespace assay::probes
