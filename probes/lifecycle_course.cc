#include "probes/lifecycle_course.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/units.h"
#include "probes/lifecycle_hops.h"
#include "probes/lifecycle_judgement.h"
#include "probes/prometheus_ask.h"
#include "probes/rule_series.h"

namespace assay::probes {
namespace {

constexpr std::string_view kAlerts = "alerts of Prometheus", kManaged = "alerts of Alertmanager",
                           kInbox = "messages", kPause = "pause", kHistory = "history of the alert",
                           kCondition = "condition of the alert";
constexpr std::size_t kMostMetricsBytes = 4 << 20;
// What is polled is small; only a server that is none answers more.
constexpr std::size_t kMostPollBytes = 2 << 20;
constexpr int kMostExplanations = 60;

client::Ask bounded(client::Ask ask, std::size_t bytes) {
  http(ask).keep_bytes = bytes;
  return ask;
}

std::string seconds_text(Nanos length) {
  return fmt::format("{}s", std::chrono::ceil<std::chrono::seconds>(length).count());
}

}  // namespace

LifecycleCourse::LifecycleCourse(const Probe& probe)
    : probe_(probe),
      settings_(probe.settings<LifecycleSettings>()),
      timeline_(settings_),
      fault_(fault_of(probe)) {}

// ---- asks
client::Ask LifecycleCourse::of_prometheus(client::Ask ask) const {
  ask.access = other_access(probe_, settings_.prometheus);
  return ask;
}

client::Ask LifecycleCourse::of_manager(client::Ask ask) const {
  ask.access = other_access(probe_, settings_.alertmanager);
  return ask;
}

std::vector<client::Ask> LifecycleCourse::prepare() {
  std::vector<client::Ask> asks;
  const auto& prometheus = settings_.prometheus;
  if (!settings_.is_synthetic()) {
    asks.push_back(of_prometheus(rules_ask(prometheus)));
    asks.push_back(of_prometheus(query_ask(prometheus, "time()", std::string(kAskTime))));
    asks.push_back(of_prometheus(prometheus.get(std::string(kAskConfiguration), "/api/v1/status/config")));
    asks.push_back(of_prometheus(prometheus.get(std::string(kAskManagers), "/api/v1/alertmanagers")));
    asks.push_back(of_prometheus(
        bounded(prometheus.get(std::string(kAskPrometheusMetrics), "/metrics"), kMostMetricsBytes)));
  }
  const auto& manager = settings_.alertmanager;
  asks.push_back(of_manager(manager.get(std::string(kAskStatus), "/api/v2/status")));
  asks.push_back(of_manager(manager.get(std::string(kAskSilences), "/api/v2/silences")));
  asks.push_back(
      of_manager(bounded(manager.get(std::string(kAskManagerMetrics), "/metrics"), kMostMetricsBytes)));
  for (client::Ask& ask : watched()) asks.push_back(std::move(ask));
  if (settings_.receiver)
    asks.push_back({"receiver " + settings_.receiver->listen,
                    client::ListenAsk{settings_.receiver->listen, settings_.receiver->speech()}});
  return asks;
}

// The alert as both servers have it.
std::vector<client::Ask> LifecycleCourse::watched() const {
  std::vector<client::Ask> asks;
  if (!settings_.is_synthetic())
    asks.push_back(of_prometheus(
        bounded(settings_.prometheus.get(std::string(kAlerts), "/api/v1/alerts"), kMostPollBytes)));
  asks.push_back(of_manager(bounded(
      managed_alerts_ask(settings_.alertmanager, settings_.alert, std::string(kManaged)), kMostPollBytes)));
  return asks;
}

std::vector<client::Ask> LifecycleCourse::poll() {
  std::vector<client::Ask> asks{{std::string(kPause), client::PauseAsk{settings_.poll}}};
  for (client::Ask& ask : watched()) asks.push_back(std::move(ask));
  if (settings_.receiver)
    asks.push_back(
        {std::string(kInbox), client::ReceiveAsk{settings_.receiver->listen, timeline_.messages()}});
  if (!fault_is_on_) return asks;
  for (client::Ask& ask : fault_->keep_up(now_ - *timeline_.injected + settings_.poll))
    asks.push_back(std::move(ask));
  return asks;
}

bool LifecycleCourse::shows(const Exchange& exchange) const {
  const std::string& label = exchange.ask.label;
  if (label == kInbox)
    return exchange.answer.inbox() != nullptr && !exchange.answer.inbox()->messages.empty();
  const bool polled = label == kAlerts || label == kManaged || label == kPause || fault_->is_routine(label);
  return !polled || !exchange.answer.ok();
}

// ---- the course
std::vector<client::Ask> LifecycleCourse::next(Exchanges answered) {
  for (const auto& [ask, answer] : answered) now_ = std::max(now_, answer.started + answer.phases.done);
  switch (stage_) {
    case Stage::look:
      return answered.empty() ? prepare() : after_look(answered);
    case Stage::inject:
      return after_inject(answered);
    case Stage::rise:
    case Stage::fall:
      return after_poll(answered);
    case Stage::explain:
      return after_explain(answered);
    case Stage::clear:
      return after_clear(answered);
    case Stage::history:
      return after_history(answered);
    case Stage::over:
      break;
  }
  return {};
}

std::vector<client::Ask> LifecycleCourse::end() {
  stage_ = Stage::over;
  return {};
}

std::vector<client::Ask> LifecycleCourse::after_look(Exchanges answered) {
  look_.assign(answered.begin(), answered.end());
  if (const Exchange* time = labelled(answered, kAskTime)) timeline_.set_clock(time->answer);
  see(answered);
  lay_ground(settings_, answered, timeline_, early_);
  if (!early_.facts().empty()) return end();
  if (fault_->is_the_load() && !load_runs_) {
    early_.could_not(std::string(kInject),
                     "no load runs here that could be the fault: `assay run` offers it");
    return end();
  }
  stage_ = Stage::inject;
  fault_is_on_ = true;
  timeline_.began(now_);  // what is broken off from here on may be half done
  return after_inject({});
}

std::vector<client::Ask> LifecycleCourse::after_inject(Exchanges answered) {
  if (!answered.empty() && !inject_answered_) timeline_.began(answered.front().answer.started);
  inject_answered_ = !answered.empty();
  std::vector<client::Ask> asks = fault_->begin(answered);
  if (!asks.empty()) return asks;
  if (!fault_->problem().empty()) {
    early_.could_not(std::string(kInject), std::string(fault_->problem()));
    proves_nothing_ = true;
    return begin_clear();  // half a fault is a fault
  }
  timeline_.is_in_place(now_);
  stage_ = Stage::rise;
  return poll();
}

void LifecycleCourse::see(Exchanges answered) {
  for (const Exchange& exchange : answered) {
    const auto& [ask, answer] = exchange;
    if (ask.label == kAlerts) timeline_.see_alerts(answer);
    if (ask.label == kManaged) timeline_.see_managed(answer);
    if (ask.label == kInbox) timeline_.see_messages(answer);
    if (fault_is_on_) fault_->see(exchange);
  }
}

bool LifecycleCourse::has_risen() const {
  const bool fired = settings_.is_synthetic() || timeline_.firing;
  return fired && timeline_.managed && (!settings_.receiver || timeline_.notified);
}

// What is suppressed will not be told, and what did not fire in time will not be told in time.
bool LifecycleCourse::is_hopeless() const {
  const LifecycleLimits limits = limits_of(settings_, timeline_.groundwork);
  const Nanos since = now_ - *timeline_.in_place;
  if (!timeline_.silenced_by.empty() || !timeline_.inhibited_by.empty()) return true;
  if (!settings_.is_synthetic() && !timeline_.pending && since > limits.pending) return true;
  if (!settings_.is_synthetic() && !timeline_.firing && since > limits.firing) return true;
  return since > limits.notified;
}

bool LifecycleCourse::has_ended() const {
  const bool inactive = settings_.is_synthetic() || timeline_.inactive;
  const bool told = !settings_.receiver || timeline_.resolved || !timeline_.notified;
  if (inactive && told) return true;
  const LifecycleLimits limits = limits_of(settings_, timeline_.groundwork);
  const Nanos since = now_ - *timeline_.cleared;
  if (!inactive && since > limits.inactive) return true;
  return since > limits.resolved;
}

std::vector<client::Ask> LifecycleCourse::after_poll(Exchanges answered) {
  see(answered);
  if (stage_ == Stage::fall) return has_ended() ? begin_history() : poll();
  if (!fault_->problem().empty()) return cut_short("the fault", std::string(fault_->problem()));
  if (!risen_ && is_hopeless()) {
    stage_ = Stage::explain;  // also of what came too late
    return after_explain({});
  }
  risen_ = risen_ || has_risen();
  if (risen_) return fault_->is_the_load() && load_runs_ ? poll() : begin_clear();
  if (load_is_over()) return cut_short("the load", "it was over after " + since_fault() + how_far());
  return poll();
}

bool LifecycleCourse::load_is_over() const { return had_load_ && !load_runs_; }

void LifecycleCourse::load_runs(bool runs) {
  load_runs_ = runs;
  had_load_ = had_load_ || runs;
}

// In the words of the milestones.
std::string LifecycleCourse::standing() const {
  if (timeline_.resolved) return "end notified";
  if (timeline_.inactive) return "resolved";
  if (timeline_.cleared) return "fault taken back";
  if (timeline_.notified) return "notified";
  if (timeline_.managed) return "in Alertmanager";
  if (timeline_.firing) return "firing";
  if (timeline_.pending) return "pending";
  return timeline_.injected ? "fault" : "";
}

std::string LifecycleCourse::since_fault() const {
  return format_duration(std::chrono::round<std::chrono::milliseconds>(now_ - *timeline_.injected));
}

std::string LifecycleCourse::how_far() const {
  if (timeline_.managed) return ", and the alert had come to Alertmanager by then";
  if (timeline_.firing) return ", and the alert fired by then";
  return timeline_.pending ? ", and the alert was pending by then" : ", and the alert was not even pending";
}

// What the alert does without its fault proves nothing.
std::vector<client::Ask> LifecycleCourse::cut_short(std::string what, std::string why) {
  early_.could_not(std::move(what), std::move(why));
  proves_nothing_ = true;
  return begin_clear();
}

// While the fault is still there: what the rule sees now tells why it did not fire.
std::vector<client::Ask> LifecycleCourse::after_explain(Exchanges answered) {
  explanation_.insert(explanation_.end(), answered.begin(), answered.end());
  std::vector<client::Ask> asks;
  if (!explaining_begun_) {
    explaining_begun_ = true;
    asks.push_back(of_manager(
        bounded(settings_.alertmanager.get(std::string(kAskManagerMetrics), "/metrics"), kMostMetricsBytes)));
    if (!settings_.is_synthetic()) {
      asks.push_back(of_prometheus(rules_ask(settings_.prometheus)));
      asks.push_back(of_prometheus(bounded(
          settings_.prometheus.get(std::string(kAskPrometheusMetrics), "/metrics"), kMostMetricsBytes)));
    }
  }
  if (timeline_.groundwork.rule && !timeline_.pending && explanation_.size() < kMostExplanations)
    for (client::Ask& ask : series_asks(settings_.prometheus, timeline_.groundwork.rule->query, explanation_))
      asks.push_back(of_prometheus(std::move(ask)));
  return asks.empty() ? begin_clear() : asks;
}

std::vector<client::Ask> LifecycleCourse::undo() {
  return fault_is_on_ ? fault_->undo() : std::vector<client::Ask>();
}

std::vector<client::Ask> LifecycleCourse::begin_clear() {
  std::vector<client::Ask> asks = undo();
  stage_ = Stage::clear;
  if (!asks.empty()) return asks;
  return after_clear({});
}

void LifecycleCourse::undone(Exchanges answered) {
  fault_is_on_ = false;
  for (const auto& [ask, answer] : answered)
    if (const std::string problem = fault_->why_not_undone(answer); !problem.empty())
      early_.add(ProbeState::fail, "clear", "the fault taken back", problem + "; it may still be there");
}

std::vector<client::Ask> LifecycleCourse::after_clear(Exchanges answered) {
  timeline_.taken_back(now_);
  undone(answered);
  const bool fell = has_risen() || timeline_.firing || timeline_.pending;
  const bool goes_on = fault_->is_the_load() && load_runs_;
  if (!early_.facts().empty() || !fell || goes_on) return begin_history();
  stage_ = Stage::fall;
  return poll();
}

std::vector<client::Ask> LifecycleCourse::begin_history() {
  if (settings_.is_synthetic() || !timeline_.injected) return end();
  stage_ = Stage::history;
  const Nanos length = now_ - *timeline_.injected + std::chrono::seconds(5);
  const std::string query =
      fmt::format("ALERTS{{alertname=\"{}\"}}[{}]", settings_.alert, seconds_text(length));
  std::vector<client::Ask> asks{of_prometheus(query_ask(settings_.prometheus, query, std::string(kHistory)))};
  if (timeline_.inactive && timeline_.groundwork.rule)
    asks.push_back(of_prometheus(
        query_ask(settings_.prometheus, timeline_.groundwork.rule->query, std::string(kCondition))));
  return asks;
}

std::vector<client::Ask> LifecycleCourse::after_history(Exchanges answered) {
  if (const Exchange* history = labelled(answered, kHistory)) timeline_.see_history(history->answer);
  if (const Exchange* condition = labelled(answered, kCondition)) timeline_.see_condition(condition->answer);
  return end();
}

Judgement LifecycleCourse::judge() const {
  Judgement judgement = early_;
  if (!timeline_.injected) {
    if (judgement.facts().empty())
      judgement.could_not("alert " + settings_.alert, "it was broken off before the fault");
    return judgement;
  }
  if (stage_ != Stage::over) {
    judgement.could_not("alert " + settings_.alert, "it was broken off, and the fault was taken back");
    return judgement;
  }
  if (proves_nothing_) return judgement;
  const std::string hop = broken_hop(settings_, timeline_, look_, explanation_);
  judge_lifecycle(settings_, timeline_, hop, judgement);
  fault_->judge(judgement);
  return judgement;
}

}  // namespace assay::probes
