#include "probes/lifecycle_hops.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/suggest.h"
#include "base/units.h"
#include "probes/exposition_checks.h"
#include "probes/json_value.h"
#include "probes/prometheus_config.h"
#include "probes/promql_text.h"
#include "probes/rule_series.h"
#include "probes/scrape.h"

namespace assay::probes {
namespace {

constexpr Nanos kDelivery = std::chrono::seconds(10);  // from Alertmanager's decision to our receiver
constexpr Nanos kWork = std::chrono::seconds(2);       // that scrapes and evaluations take themselves

// ---- what is in the way before the fault
class Ground {
 public:
  Ground(const LifecycleSettings& settings, Exchanges look, LifecycleTimeline& timeline, Judgement& judgement)
      : settings_(settings), look_(look), timeline_(timeline), judgement_(judgement) {}

  void lay() {
    for (const auto& [ask, answer] : look_) {
      const bool optional = ask.label == kAskPrometheusMetrics || ask.label == kAskManagerMetrics;
      if (!optional && judgement_.no_witness(ask, answer)) return;
    }
    if (!settings_.is_synthetic() && !take_rule()) return;
    take_route();
    look_for_silence();
    const std::string what = "alert " + settings_.alert;
    if (timeline_.firing_now || timeline_.pending_now)
      judgement_.could_not(what, fmt::format("it is {} before the fault, so nothing was brought about",
                                             timeline_.firing_now ? "firing" : "pending"));
    if (timeline_.managed_now)
      judgement_.could_not(what, "Alertmanager has it before the fault, so nothing was brought about");
    if (timeline_.groundwork.rule) check_arithmetic(*timeline_.groundwork.rule);
  }

 private:
  bool take_rule() {
    const auto rules = read_rules(*labelled(look_, kAskRules)->answer.http());
    if (!rules) {
      judgement_.could_not(std::string(kAskRules), std::string(rules.error()));
      return false;
    }
    std::vector<std::string> names;
    for (const PromRule& rule : *rules) {
      names.push_back(rule.name);
      // Labels of the rule are known; those of its series are not yet.
      const bool fits = std::all_of(rule.labels.begin(), rule.labels.end(), [&](const auto& one) {
        const auto wanted = settings_.labels.find(one.first);
        return wanted == settings_.labels.end() || wanted->second == one.second;
      });
      if (rule.name == settings_.alert && fits && !timeline_.groundwork.rule)
        timeline_.groundwork.rule = rule;
    }
    const std::string what = "alert " + settings_.alert;
    if (!timeline_.groundwork.rule) {
      const std::string meant = did_you_mean(settings_.alert, std::span<const std::string>(names));
      judgement_.require(false, what, "a rule",
                         "no such rule is loaded" + (meant.empty() ? "" : "; " + meant));
      return false;
    }
    const PromRule& rule = *timeline_.groundwork.rule;
    if (rule.health == "err") {
      judgement_.require(false, what, "a sound rule", "it cannot be evaluated: " + rule.last_error);
      return false;
    }
    take_scrape_interval();
    return true;
  }

  void take_scrape_interval() {
    const auto answer = json_of(*labelled(look_, kAskConfiguration)->answer.http());
    const std::string yaml = answer ? text_in(member(*answer, "data"), "yaml") : "";
    if (const auto interval = scrape_interval_in(yaml)) timeline_.groundwork.scrape_interval = *interval;
  }

  void take_route() {
    const auto yaml = read_manager_config(*labelled(look_, kAskStatus)->answer.http());
    const auto config =
        yaml ? parse_alertmanager_config(*yaml)
             : Expected<AlertmanagerConfig, std::string>(Unexpected(std::string(yaml.error())));
    if (!config) return judgement_.could_not(std::string(kAskStatus), std::string(config.error()));
    Groundwork& ground = timeline_.groundwork;
    for (const Route* route : routes_for(*config, labels())) {
      ground.receivers.push_back(route->receiver);
      ground.group_wait = std::max(ground.group_wait, route->group_wait);
      ground.group_interval = std::max(ground.group_interval, route->group_interval);
      const Receiver* receiver = config->receiver(route->receiver);
      for (const Notifier& notifier : receiver == nullptr ? std::vector<Notifier>() : receiver->notifiers)
        if (!notifier.send_resolved) ground.silent.push_back(notifier.kind + " of " + route->receiver);
    }
    check_receiver(*config);
  }

  Labels labels() const {
    Labels labels = timeline_.groundwork.rule ? timeline_.groundwork.rule->labels : Labels();
    std::erase_if(labels, [](const auto& one) { return one.second.find("{{") != std::string::npos; });
    labels.insert(settings_.labels.begin(), settings_.labels.end());
    labels["alertname"] = settings_.alert;
    const Exchange* configuration = labelled(look_, kAskConfiguration);
    if (configuration == nullptr) return labels;
    const auto answer = json_of(*configuration->answer.http());
    const Labels external = answer ? external_labels_in(text_in(member(*answer, "data"), "yaml")) : Labels();
    labels.insert(external.begin(), external.end());
    return labels;
  }

  // Labels of the series may still lead elsewhere, so the route is only known to be wrong where no receiver
  // of that name exists.
  void check_receiver(const AlertmanagerConfig& config) {
    if (!settings_.receiver || settings_.receiver->name.empty()) return;
    const std::string& wanted = settings_.receiver->name;
    if (config.receiver(wanted) != nullptr) return;
    std::vector<std::string> names;
    for (const Receiver& one : config.receivers) names.push_back(one.name);
    judgement_.require(false, "receiver " + wanted, "in the configuration of Alertmanager",
                       "it has " + listed(names));
  }

  void look_for_silence() {
    const auto list = json_of(*labelled(look_, kAskSilences)->answer.http());
    if (!list || !list->is_array()) return;
    for (const auto& silence : *list) {
      if (text_in(member(silence, "status"), "state") != "active") continue;
      const auto& matchers = member(silence, "matchers");
      const bool covers =
          matchers.is_array() && std::all_of(matchers.begin(), matchers.end(), [&](const auto& one) {
            const auto& is_equal = member(one, "isEqual");
            return RouteMatcher{text_in(one, "name"), !is_equal.is_boolean() || is_equal.template get<bool>(),
                                member(one, "isRegex") == true, text_in(one, "value")}
                .holds(labels());
          });
      if (covers)
        judgement_.could_not("alert " + settings_.alert,
                             fmt::format("it is silenced by {} ({}), so nothing was brought about",
                                         text_in(silence, "id"), text_in(silence, "comment")));
    }
  }

  // A fault that can never be enough is not brought about.
  void check_arithmetic(const PromRule& rule) {
    for (const LifecycleFlaw& flaw :
         flaws_of(settings_, {rule.query, rule.hold, rule.interval, rule.keep_firing})) {
      const std::string what = "alert " + settings_.alert;
      if (flaw.key == "min_pending") {
        judgement_.require(false, what, "pending for at least " + format_duration(settings_.min_pending),
                           flaw.why, settings_.place(flaw.key));
      } else {
        judgement_.could_not(what, flaw.why);
      }
    }
  }

  const LifecycleSettings& settings_;
  Exchanges look_;
  LifecycleTimeline& timeline_;
  Judgement& judgement_;
};

// ---- which hop broke
// The growth of a counter between two looks at a server's own metrics; 0 where it has none.
double growth(Exchanges before, Exchanges after, std::string_view label, const std::string& counter) {
  const auto value = [&](Exchanges all) {
    const Exchange* exchange = labelled(all, label);
    if (exchange == nullptr || !exchange->answer.ok() || exchange->answer.http() == nullptr) return 0.0;
    const auto scrape = read_scrape(*exchange->answer.http());
    return scrape ? summed(*scrape, counter, {}).value_or(0) : 0.0;
  };
  return value(after) - value(before);
}

class HopFinder {
 public:
  HopFinder(const LifecycleSettings& settings, const LifecycleTimeline& timeline, Exchanges before,
            Exchanges after)
      : settings_(settings), timeline_(timeline), before_(before), after_(after) {}

  std::string find() const {
    if (!settings_.is_synthetic() && !timeline_.firing)
      return timeline_.pending ? not_firing() : not_pending();
    if (!timeline_.managed) return not_managed();
    if (timeline_.notified) return attempts_failed();
    if (const std::string by = suppressors(timeline_); !by.empty())
      return "Alertmanager suppresses it: " + by;
    return settings_.receiver ? not_notified() : "";
  }

 private:
  // Why a server did not answer when it was asked for its share; empty: it did.
  std::string silence_of(std::string_view server, std::string_view label) const {
    const Exchange* asked = labelled(after_, label);
    if (asked == nullptr || asked->answer.ok()) return {};
    return fmt::format("{} does not answer any more: {}: {}", server, name(asked->answer.trouble),
                       asked->answer.problem);
  }

  std::string not_pending() const {
    if (std::string silence = silence_of("Prometheus", kAskRules); !silence.empty()) return silence;
    const Exchange* rules = labelled(after_, kAskRules);
    const auto read = rules == nullptr || !rules->answer.ok()
                          ? Read<std::vector<PromRule>>(Unexpected(std::string("none")))
                          : read_rules(*rules->answer.http());
    for (const PromRule& rule : read ? *read : std::vector<PromRule>())
      if (rule.name == settings_.alert) return not_pending_of(rule);
    return "the rule is not loaded any more";
  }

  std::string not_pending_of(const PromRule& rule) const {
    if (rule.health == "err") return "the rule cannot be evaluated: " + rule.last_error;
    Judgement series;
    judge_series(rule.query, "the rule", "", after_, series);
    if (series.state() != ProbeState::pass) return "the condition was never true: " + series.reason();
    const auto comparison = outermost_comparison(rule.query);
    const Exchange* value = comparison ? labelled(after_, comparison->left) : nullptr;
    const auto result = value == nullptr || !value->answer.ok()
                            ? Read<PromResult>(Unexpected(std::string("none")))
                            : read_query(*value->answer.http());
    if (result && !result->series.empty())
      return fmt::format("the condition was never true: its value is {} now, and must be {} {}",
                         result->series[0].points.at(0).value, comparison->op, comparison->right);
    return "the condition was never true";
  }

  std::string not_firing() const {
    if (std::string silence = silence_of("Prometheus", kAskRules); !silence.empty()) return silence;
    const PromRule& rule = *timeline_.groundwork.rule;
    if (timeline_.fell_back > 0)
      return fmt::format("it was pending and then was not, {} time{}: the condition did not hold for {}",
                         timeline_.fell_back, timeline_.fell_back == 1 ? "" : "s",
                         format_duration(rule.hold));
    return fmt::format("it is pending, and `for` is {}: the fault was too short, or the time for it",
                       format_duration(rule.hold));
  }

  std::string not_managed() const {
    if (!settings_.is_synthetic()) {
      const Exchange* managers = labelled(before_, kAskManagers);
      const auto answer = managers == nullptr
                              ? Expected<nlohmann::json, std::string>(Unexpected(std::string()))
                              : json_of(*managers->answer.http());
      const auto& active =
          answer ? member(member(*answer, "data"), "activeAlertmanagers") : member(nlohmann::json(), "");
      if (!active.is_array() || active.empty()) return "it fires, and Prometheus knows no Alertmanager";
      const double errors =
          growth(before_, after_, kAskPrometheusMetrics, "prometheus_notifications_errors_total");
      const double dropped =
          growth(before_, after_, kAskPrometheusMetrics, "prometheus_notifications_dropped_total");
      const std::string silence = silence_of("Alertmanager", kAskManagerMetrics);
      if (errors > 0 || dropped > 0)
        return fmt::format("it fires, and Prometheus could not send it: {} errors, {} dropped{}", errors,
                           dropped, silence.empty() ? "" : "; " + silence);
      if (!silence.empty()) return "it fires, and " + silence;
      return "it fires, and Alertmanager does not have it: does Prometheus send to another one (" +
             managers_text(active) + "), or relabel it?";
    }
    const std::string silence = silence_of("Alertmanager", kAskManagerMetrics);
    return silence.empty() ? "Alertmanager took it and does not show it" : silence;
  }

  // Each attempt counts as a failed request, and those that were given up as failed notifications as well.
  std::string attempts_failed() const {
    const double attempts =
        growth(before_, after_, kAskManagerMetrics, "alertmanager_notification_requests_failed_total");
    const double given_up =
        growth(before_, after_, kAskManagerMetrics, "alertmanager_notifications_failed_total");
    if (attempts <= 0 && given_up <= 0) return {};
    return fmt::format("Alertmanager could not send it to {}{}: {} attempts failed", listed(receivers()),
                       timeline_.notified ? " at first" : "", std::max(attempts, given_up));
  }

  std::string still_waits() const {
    const Groundwork& ground = timeline_.groundwork;
    const Nanos limit = limits_of(settings_, ground).notified;
    if (*timeline_.managed + ground.group_wait <= *timeline_.in_place + limit) return {};
    return fmt::format("; a new group waits for {} (group_wait)", format_duration(ground.group_wait));
  }

  const std::vector<std::string>& receivers() const {
    return timeline_.managed_receivers.empty() ? timeline_.groundwork.receivers : timeline_.managed_receivers;
  }

  static std::string managers_text(const nlohmann::json& active) {
    std::vector<std::string> urls;
    for (const auto& one : active) urls.push_back(text_in(one, "url"));
    return listed(urls);
  }

  std::string not_notified() const {
    const auto& names = receivers();
    const std::string& wanted = settings_.receiver->name;
    if (!wanted.empty() && std::find(names.begin(), names.end(), wanted) == names.end())
      return fmt::format("Alertmanager sends it to {}, not to {}", listed(names), wanted);
    if (std::string silence = silence_of("Alertmanager", kAskManagerMetrics); !silence.empty())
      return silence;
    if (std::string failed = attempts_failed(); !failed.empty()) return failed;
    if (timeline_.unreadable_messages > 0)
      return fmt::format("{} messages came to {}, and none has the expected format",
                         timeline_.unreadable_messages, settings_.receiver->listen);
    if (timeline_.other_messages > 0)
      return fmt::format("{} messages came, and none is about it", timeline_.other_messages);
    return fmt::format("Alertmanager sends it to {}, and nothing came to {}{}", listed(names),
                       settings_.receiver->listen, still_waits());
  }

  const LifecycleSettings& settings_;
  const LifecycleTimeline& timeline_;
  Exchanges before_, after_;
};

}  // namespace

// After the formulas in the header of lifecycle_judgement.h.
LifecycleLimits limits_of(const LifecycleSettings& settings, const Groundwork& groundwork) {
  LifecycleLimits limits;
  Nanos window{0}, hold{0}, keep{0}, interval{0};
  if (groundwork.rule) {
    const PromRule& rule = *groundwork.rule;
    window = widest_window(rule.query).value_or(Nanos(0));
    hold = rule.hold;
    keep = rule.keep_firing;
    interval = rule.interval;
  }
  const Nanos step = groundwork.rule ? groundwork.scrape_interval + 2 * interval + kWork + 2 * settings.poll
                                     : 2 * settings.poll;
  limits.pending =
      settings.pending_within.value_or(settings.firing_within ? *settings.firing_within : window + step);
  limits.firing = settings.firing_within.value_or(std::max(limits.pending, window + step) + hold + interval);
  const Nanos first = std::max(groundwork.group_wait, groundwork.group_interval);
  limits.notified = settings.notified_within.value_or(
      limits.firing + (settings.receiver ? first + kDelivery : groundwork.group_wait + 2 * settings.poll));
  limits.inactive = settings.resolved_within.value_or(window + keep + step);
  limits.resolved =
      settings.resolved_notified_within.value_or(limits.inactive + groundwork.group_interval + kDelivery);
  return limits;
}

void lay_ground(const LifecycleSettings& settings, Exchanges look, LifecycleTimeline& timeline,
                Judgement& judgement) {
  Ground(settings, look, timeline, judgement).lay();
}

std::string broken_hop(const LifecycleSettings& settings, const LifecycleTimeline& timeline, Exchanges before,
                       Exchanges after) {
  return HopFinder(settings, timeline, before, after).find();
}

}  // namespace assay::probes
