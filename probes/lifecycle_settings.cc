#include "probes/lifecycle_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"
#include "config/values.h"
#include "probes/command_keys.h"
#include "probes/rules_file.h"

namespace assay::probes {
namespace {

using config::MapReader;
using config::Node;
using config::ProbeReading;

constexpr std::string_view kInjectWords[] = {"http", "command", "requests"};
constexpr std::string_view kClearWords[] = {"http", "command"};
constexpr std::string_view kHttpWords[] = {"path", "url", "method", "headers", "body"};
constexpr std::string_view kRequestsWords[] = {"path", "method", "headers", "body", "rate", "ratio"};
constexpr std::string_view kExpectWords[] = {"pending_within",           "firing_within",
                                             "notified_within",          "resolved_within",
                                             "resolved_notified_within", "min_pending"};
constexpr config::KeyTable kInjectKeys{"lifecycle_inject", "inject", kInjectWords};
constexpr config::KeyTable kClearKeys{"lifecycle_clear", "clear", kClearWords};
constexpr config::KeyTable kHttpKeys{"lifecycle_http", "http", kHttpWords};
constexpr config::KeyTable kRequestsKeys{"lifecycle_requests", "requests", kRequestsWords};
constexpr config::KeyTable kExpectKeys{"lifecycle_expect", "expect of an alert-lifecycle probe",
                                       kExpectWords};
constexpr config::DurationRange kWithinRange{std::chrono::milliseconds(100), std::chrono::hours(24)};
constexpr config::DurationRange kPollRange{std::chrono::milliseconds(50), std::chrono::minutes(5)};
constexpr double kMostRate = 200;

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
    read_faults();
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

  // ---- the fault
  void read_faults() {
    const Node* inject = reading_.require(
        "inject", "write it like inject: { http: { path: /fault, method: POST } } or inject: alert");
    const Node* clear = reading_.find("clear");
    if (inject == nullptr) return;
    if (inject->is_scalar() && inject->text == "alert") {
      settings_.injector = SyntheticAlert{};
    } else {
      read_inject(*inject);
    }
    const bool must_clear = std::holds_alternative<Action>(settings_.injector);
    if (clear != nullptr && must_clear) {
      const MapReader map(reading_.context, *clear, kClearKeys, "clear");
      if (map.is_map()) settings_.clear = read_action(map, *clear);
    } else if (clear != nullptr) {
      reading_.error(*clear, "nothing is left to be taken back here", "remove it: the fault ends by itself");
    } else if (must_clear) {
      reading_.error(*inject, "nothing takes the fault back",
                     "add clear: { http: { path: /fault, method: DELETE } } or { command: [...] }");
    }
  }

  void read_inject(const Node& node) {
    const MapReader map(reading_.context, node, kInjectKeys, "inject");
    if (!map.is_map()) return;
    const Node* requests = map.find("requests");
    if (requests == nullptr) {
      if (const auto action = read_action(map, node)) settings_.injector = *action;
      return;
    }
    if (node.entries.size() > 1) return one_of(node);
    RequestsInjector injector;
    const MapReader keys(reading_.context, *requests, kRequestsKeys, "requests");
    if (!keys.is_map()) return;
    injector.request = read_inner_request(keys);
    if (const Node* rate = keys.require("rate", "write it like rate: 20/s")) {
      config::assign(injector.rate, config::read_rate(reading_.context, *rate, "rate"));
      if (injector.rate > kMostRate)
        reading_.error(*rate, "a probe sends at most 200 requests a second",
                       "offer more with scenarios and load");
    }
    if (const Node* ratio = keys.find("ratio")) {
      injector.ratio = config::read_ratio(reading_.context, *ratio, "ratio");
      if (injector.ratio && (*injector.ratio <= 0 || *injector.ratio > 1))
        reading_.error(*ratio, "this is no share", "use a share above 0% and up to 100%");
    }
    needs_target(*requests);
    settings_.injector = std::move(injector);
  }

  void one_of(const Node& node) {
    reading_.error(node, "a fault is brought about in one way", "write one of its keys");
  }

  std::optional<Action> read_action(const MapReader& map, const Node& node) {
    const Node *http = map.find("http"), *command = map.find("command");
    if ((http == nullptr) == (command == nullptr)) {
      one_of(node);
      return std::nullopt;
    }
    if (command != nullptr) return CommandAction{read_argv(reading_, *command, "command")};
    const MapReader keys(reading_.context, *http, kHttpKeys, "http");
    if (!keys.is_map()) return std::nullopt;
    HttpAction action;
    action.request = read_inner_request(keys);
    const Node* url = keys.find("url");
    if (url == nullptr) {
      needs_target(*http);
      return action;
    }
    action.url = reading_.text(*url, "url").value_or("");
    if (keys.find("path") != nullptr)
      reading_.error(*url, "\"url\" holds the path already", "remove \"path\"");
    if (!action.url.starts_with("http://") && !action.url.starts_with("https://"))
      reading_.error(*url, config::in_quotes(action.url) + " is no URL to ask",
                     "begin it with http:// or https://");
    return action;
  }

  Request read_inner_request(const MapReader& keys) {
    Request request;
    if (const Node* path = keys.find("path")) request.path = read_path(reading_, *path, "path");
    if (const Node* method = keys.find("method"))
      config::assign(request.method, config::read_text(reading_.context, *method, "method"));
    if (const Node* headers = keys.find("headers")) request.headers = read_header_fields(reading_, *headers);
    if (const Node* body = keys.find("body")) request.body = reading_.text(*body, "body").value_or("");
    return request;
  }

  void needs_target(const Node& node) {
    if (reading_.spec.url.empty())
      reading_.error(node, "there is no target to ask", "name a candidate under \"targets\"");
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
                                                          Nanos(0), rule->keep_firing.value_or(Nanos(0))}))
      reading_.error(*reading_.find(flaw.key == "ratio" ? "inject" : "expect"), flaw.why,
                     "see " + rule->location);
  }

  const ProbeReading& reading_;
  LifecycleSettings& settings_;
};

}  // namespace

std::vector<LifecycleFlaw> flaws_of(const LifecycleSettings& settings, const RuleTimes& rule) {
  std::vector<LifecycleFlaw> flaws;
  const auto* requests = std::get_if<RequestsInjector>(&settings.injector);
  const std::optional<double> ratio = requests == nullptr ? std::nullopt : requests->ratio;
  if (ratio) {
    if (std::string why = why_not_by_share(rule, *ratio); !why.empty())
      flaws.push_back({"ratio", std::move(why)});
  }
  if (settings.firing_within && flaws.empty()) {
    std::string why = why_not_in_time(rule, ratio, *settings.firing_within);
    if (!why.empty()) flaws.push_back({"firing_within", std::move(why)});
  }
  const bool is_of_end = settings.resolved_within.has_value();
  const auto& over = is_of_end ? settings.resolved_within : settings.resolved_notified_within;
  const bool keeps = over && !settings.is_synthetic();
  if (std::string why = keeps ? why_not_over_in_time(rule, *over) : ""; !why.empty())
    flaws.push_back({is_of_end ? "resolved_within" : "resolved_notified_within", std::move(why)});
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
