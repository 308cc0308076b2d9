#include "probes/probe_alert_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/suggest.h"
#include "base/units.h"
#include "config/values.h"
#include "probes/alertmanager_answers.h"
#include "probes/json_value.h"
#include "probes/prometheus_answers.h"
#include "probes/prometheus_ask.h"
#include "probes/prometheus_config.h"
#include "probes/promql_text.h"
#include "probes/route_judgement.h"
#include "probes/route_tree.h"
#include "probes/rule_series.h"
#include "probes/rules_file.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"prometheus",   "alert",       "expr",        "for",
                                      "labels",       "annotations", "rules_file",  "require_series",
                                      "alertmanager", "receiver",    "alert_labels"};
constexpr config::DurationRange kForRange{Nanos(0), std::chrono::hours(24 * 30)};
constexpr std::size_t kAtOnce = 20;
constexpr std::string_view kStatus = "status of Alertmanager", kConfiguration = "configuration of Prometheus";

struct Settings final : config::ProbeSettings {
  Server prometheus;
  std::optional<Server> alertmanager;
  std::vector<WantedRule> wanted;
  bool whole_groups = false;  // a group holds the wanted rules and no other
  bool require_series = true;
  std::string receiver;  // empty: any that tells somebody
  Labels alert_labels;   // that the series give to the alert
};

// ---- the gate file
Labels read_labels(const config::ProbeReading& reading, const config::Node& node, std::string_view label) {
  Labels labels;
  if (!config::is_filled_map(reading.context, node, label, "write it like { severity: critical }"))
    return labels;
  for (const config::Node::Entry& entry : node.entries)
    config::assign(labels[entry.key->text],
                   config::read_text(reading.context, *entry.value, entry.key->text));
  return labels;
}

WantedRule read_one(const config::ProbeReading& reading, const config::Node& alert) {
  WantedRule rule;
  rule.alert = config::read_text(reading.context, alert, "alert").value_or("");
  rule.location = reading.context.place(alert).location();
  if (const config::Node* expr = reading.find("expr")) {
    rule.expr = config::read_text(reading.context, *expr, "expr");
    const auto words = promql_words(rule.expr.value_or(""));
    if (!words) reading.error(*expr, "this is no PromQL", words.error());
  }
  if (const config::Node* hold = reading.find("for"))
    rule.hold = config::read_duration(reading.context, *hold, "for", kForRange);
  if (const config::Node* labels = reading.find("labels"))
    rule.labels = read_labels(reading, *labels, "labels");
  if (const config::Node* notes = reading.find("annotations"))
    rule.annotations = read_labels(reading, *notes, "annotations");
  return rule;
}

void read_wanted(const config::ProbeReading& reading, Settings& settings) {
  const config::Node *alert = reading.find("alert"), *file = reading.find("rules_file");
  if (file == nullptr) {
    alert = reading.require("alert", "write it like alert: HighErrorRate, or rules_file: rules.yaml");
    if (alert != nullptr) settings.wanted.push_back(read_one(reading, *alert));
    return;
  }
  for (const std::string_view key : {"expr", "for", "labels", "annotations"})
    if (const config::Node* node = reading.find(key))
      reading.error(*node, config::in_quotes(key) + " stands in the rules file already",
                    "remove one of the two");
  settings.wanted = read_rules_file(reading, *file);
  settings.whole_groups = alert == nullptr;
  if (alert == nullptr) return;
  const std::string name = config::read_text(reading.context, *alert, "alert").value_or("");
  std::vector<std::string> names;
  for (const WantedRule& rule : settings.wanted) names.push_back(rule.alert);
  std::erase_if(settings.wanted, [&](const WantedRule& rule) { return rule.alert != name; });
  if (settings.wanted.empty() && !names.empty())
    reading.error(*alert, "the rules file has no alert " + config::in_quotes(name),
                  did_you_mean(name, std::span<const std::string>(names)));
}

void read_route(const config::ProbeReading& reading, Settings& settings) {
  if (const config::Node* node = reading.find("alertmanager"))
    settings.alertmanager = read_other_server(reading, *node, "alertmanager");
  if (const config::Node* node = reading.find("receiver"))
    settings.receiver = config::read_text(reading.context, *node, "receiver").value_or("");
  if (const config::Node* node = reading.find("alert_labels"))
    settings.alert_labels = read_labels(reading, *node, "alert_labels");
  for (const std::string_view key : {"receiver", "alert_labels"})
    if (const config::Node* node = reading.find(key); node != nullptr && !settings.alertmanager)
      reading.error(*node, config::in_quotes(key) + " is looked at in an Alertmanager",
                    "add alertmanager: http://127.0.0.1:9093");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  settings->prometheus = read_prometheus(reading);
  read_wanted(reading, *settings);
  read_route(reading, *settings);
  if (const config::Node* node = reading.find("require_series"))
    config::assign(settings->require_series, config::read_bool(reading.context, *node, "require_series"));
  return settings;
}

// ---- what is asked
Read<std::vector<PromRule>> loaded_rules(Exchanges all) {
  const client::Answer& answer = all[0].answer;
  return answer.ok() ? read_rules(*answer.http()) : Read<std::vector<PromRule>>(Unexpected(answer.problem));
}

// Rules may share a name, with a label that tells them apart.
const PromRule* rule_for(const WantedRule& wanted, const std::vector<PromRule>& loaded) {
  const PromRule* best = nullptr;
  int best_score = 0;
  for (const PromRule& rule : loaded) {
    if (rule.name != wanted.alert) continue;
    const int score = 1 + (wanted.labels && has_all(rule.labels, *wanted.labels) ? 2 : 0) +
                      (rule.group == wanted.group ? 1 : 0);
    if (score > best_score) best = &rule;
    best_score = std::max(score, best_score);
  }
  return best;
}

// Prometheus writes expressions in its own way; so it is asked to write both.
std::string format_label(const std::string& expr) { return "format of " + expr; }
client::Ask format_ask(const Server& prometheus, const std::string& expr) {
  return prometheus.get(format_label(expr), "/api/v1/format_query?query=" + url_encoded(expr));
}
std::string formatted(Exchanges all, const std::string& expr) {
  const Exchange* exchange = labelled(all, format_label(expr));
  if (exchange == nullptr || !exchange->answer.ok()) return expr;
  const auto answer = json_of(*exchange->answer.http());
  const std::string text = answer ? text_in(*answer, "data") : "";
  return text.empty() ? expr : text;
}

std::vector<client::Ask> first_asks(const Settings& settings, const Probe& probe) {
  std::vector<client::Ask> asks{rules_ask(settings.prometheus)};
  if (!settings.alertmanager) return asks;
  client::Ask status = settings.alertmanager->get(std::string(kStatus), "/api/v2/status");
  status.access = other_access(probe, *settings.alertmanager);
  asks.push_back(std::move(status));
  asks.push_back(settings.prometheus.get(std::string(kConfiguration), "/api/v1/status/config"));
  return asks;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (so_far.empty()) return first_asks(settings, probe);
  const auto loaded = loaded_rules(so_far);
  std::vector<client::Ask> asks;
  const auto add = [&](client::Ask ask) {
    const bool is_new = std::none_of(asks.begin(), asks.end(),
                                     [&](const client::Ask& one) { return one.label == ask.label; });
    if (is_new && labelled(so_far, ask.label) == nullptr && asks.size() < kAtOnce)
      asks.push_back(std::move(ask));
  };
  for (const WantedRule& wanted : settings.wanted) {
    const PromRule* rule = loaded ? rule_for(wanted, *loaded) : nullptr;
    if (rule == nullptr) continue;
    if (wanted.expr && !same_promql(*wanted.expr, rule->query)) {
      add(format_ask(settings.prometheus, *wanted.expr));
      add(format_ask(settings.prometheus, rule->query));
    }
    if (!settings.require_series) continue;
    for (client::Ask& ask : series_asks(settings.prometheus, rule->query, so_far)) add(std::move(ask));
  }
  return asks;
}

// ---- what it shows
// "severity: expected critical, got warning" for each that differs.
std::string differences(const Labels& wanted, const Labels& found, bool exactly) {
  std::vector<std::string> texts;
  for (const auto& [label, value] : wanted) {
    const auto at = found.find(label);
    if (at == found.end()) {
      texts.push_back("no " + label);
    } else if (at->second != value) {
      texts.push_back(fmt::format("{} \"{}\"", label, at->second));
    }
  }
  for (const auto& [label, value] : found)
    if (exactly && !wanted.contains(label)) texts.push_back(fmt::format("{} \"{}\" as well", label, value));
  return texts.empty() ? "" : listed(texts);
}

class RuleJudge {
 public:
  RuleJudge(const Settings& settings, Exchanges all, const WantedRule& wanted, const PromRule& rule,
            Judgement& judgement)
      : settings_(settings),
        all_(all),
        wanted_(wanted),
        rule_(rule),
        what_("alert " + wanted.alert),
        judgement_(judgement) {}

  void judge() {
    judge_health();
    judge_text();
    judge_labels("labels", wanted_.labels, rule_.labels);
    judge_labels("annotations", wanted_.annotations, rule_.annotations);
    judgement_.advise(rule_.state != "firing", what_ + ": state", "not firing now", rule_.state,
                      wanted_.location);
    const Nanos least = rule_.hold + rule_.interval;
    judgement_.add(ProbeState::pass, what_ + ": time to fire", "",
                   fmt::format("{} at least, with an evaluation each {}", format_duration(least),
                               format_duration(rule_.interval)));
    if (settings_.require_series) judge_series(rule_.query, what_, wanted_.location, all_, judgement_);
  }

 private:
  void require(bool holds, std::string_view part, std::string expected, std::string observed) {
    judgement_.require(holds, fmt::format("{}: {}", what_, part), std::move(expected), std::move(observed),
                       wanted_.location);
  }

  void judge_health() {
    if (rule_.health == "unknown")
      return judgement_.could_not(what_ + ": health", "it has not been evaluated yet");
    require(rule_.health == "ok", "health", "ok",
            rule_.last_error.empty() ? rule_.health : rule_.health + ": " + rule_.last_error);
  }

  void judge_text() {
    if (wanted_.expr) {
      const bool same = same_promql(*wanted_.expr, rule_.query) ||
                        formatted(all_, *wanted_.expr) == formatted(all_, rule_.query);
      require(same, "expr", *wanted_.expr, same ? "the same" : rule_.query);
    }
    if (wanted_.hold)
      require(*wanted_.hold == rule_.hold, "for", format_duration(*wanted_.hold),
              format_duration(rule_.hold));
    if (wanted_.keep_firing)
      require(*wanted_.keep_firing == rule_.keep_firing, "keep_firing_for",
              format_duration(*wanted_.keep_firing), format_duration(rule_.keep_firing));
  }

  void judge_labels(std::string_view part, const std::optional<Labels>& wanted, const Labels& found) {
    if (!wanted) return;
    const std::string difference = differences(*wanted, found, wanted_.exactly);
    require(difference.empty(), part, labels_text(*wanted), difference.empty() ? "the same" : difference);
  }

  const Settings& settings_;
  Exchanges all_;
  const WantedRule& wanted_;
  const PromRule& rule_;
  std::string what_;
  Judgement& judgement_;
};

void judge_absent(const WantedRule& wanted, const std::vector<PromRule>& loaded, Judgement& judgement) {
  std::vector<std::string> names;
  for (const PromRule& rule : loaded) names.push_back(rule.name);
  const std::string meant = did_you_mean(wanted.alert, std::span<const std::string>(names));
  judgement.require(false, "alert " + wanted.alert, "loaded",
                    loaded.empty()  ? "Prometheus has no alerting rule at all"
                    : meant.empty() ? fmt::format("not among the {} alerts of Prometheus", loaded.size())
                                    : "not loaded; " + meant,
                    wanted.location);
}

// A rule that nobody reviewed, in a group of the file.
void judge_strangers(const Settings& settings, const std::vector<PromRule>& loaded, Judgement& judgement) {
  std::set<std::string> groups;
  for (const WantedRule& wanted : settings.wanted) groups.insert(wanted.group);
  for (const PromRule& rule : loaded) {
    const bool known =
        std::any_of(settings.wanted.begin(), settings.wanted.end(),
                    [&](const WantedRule& wanted) { return rule_for(wanted, loaded) == &rule; });
    if (groups.contains(rule.group) && !known)
      judgement.require(false, "alert " + rule.name, "only rules of the file in group " + rule.group,
                        "a rule that the file does not have");
  }
}

// What Prometheus adds to every alert that it sends.
Labels external_labels(Exchanges all) {
  const Exchange* exchange = labelled(all, kConfiguration);
  if (exchange == nullptr || !exchange->answer.ok()) return {};
  const auto answer = json_of(*exchange->answer.http());
  return answer ? external_labels_in(text_in(member(*answer, "data"), "yaml")) : Labels();
}

// With what the rule, its series and Prometheus give to the alert. A label that a template makes is unknown.
Labels labels_of_alert(const Settings& settings, const PromRule& rule, const Labels& external) {
  Labels labels = rule.labels;
  std::erase_if(labels, [](const auto& one) { return one.second.find("{{") != std::string::npos; });
  labels.insert(settings.alert_labels.begin(), settings.alert_labels.end());
  labels.insert(external.begin(), external.end());
  labels["alertname"] = rule.name;
  return labels;
}

void judge_routes(const Settings& settings, Exchanges all, const std::vector<PromRule>& loaded,
                  Judgement& judgement) {
  const Exchange& exchange = *labelled(all, kStatus);
  if (judgement.no_witness(exchange.ask, exchange.answer)) return;
  const Read<std::string> original = read_manager_config(*exchange.answer.http());
  if (!original) return judgement.could_not(std::string(kStatus), std::string(original.error()));
  const auto config = parse_alertmanager_config(*original);
  if (!config) return judgement.could_not(std::string(kStatus), config.error());
  const Labels external = external_labels(all);
  for (const WantedRule& wanted : settings.wanted)
    if (const PromRule* rule = rule_for(wanted, loaded))
      judge_route(*config,
                  {labels_of_alert(settings, *rule, external), "alert " + wanted.alert, wanted.location},
                  settings.receiver, judgement);
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  if (judgement.no_witness(all[0].ask, all[0].answer)) return judgement;
  const auto loaded = loaded_rules(all);
  if (!loaded) {
    judgement.could_not(all[0].ask.label, std::string(loaded.error()));
    return judgement;
  }
  for (const WantedRule& wanted : settings.wanted) {
    const PromRule* rule = rule_for(wanted, *loaded);
    if (rule == nullptr) {
      judge_absent(wanted, *loaded, judgement);
    } else {
      RuleJudge(settings, all, wanted, *rule, judgement).judge();
    }
  }
  if (settings.whole_groups) judge_strangers(settings, *loaded, judgement);
  if (settings.alertmanager) judge_routes(settings, all, *loaded, judgement);
  return judgement;
}

}  // namespace

const Kind kAlertRule{
    .form = {.name = "alert-rule", .keys = kKeys, .read = read, .needs_url = false},
    .purpose = "an alert is deployed as it was reviewed, can fire, and reaches its receiver",
    .next = next,
    .judge = judge};

}  // namespace assay::probes
