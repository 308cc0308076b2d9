#include "probes/lifecycle_course.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/units.h"
#include "base/utc.h"
#include "probes/command_keys.h"
#include "probes/lifecycle_hops.h"
#include "probes/lifecycle_judgement.h"
#include "probes/prometheus_ask.h"
#include "probes/rule_series.h"

namespace assay::probes {
namespace {

constexpr std::string_view kAlerts = "alerts of Prometheus", kManaged = "alerts of Alertmanager",
                           kInbox = "messages", kPause = "pause", kRequest = "request of the fault",
                           kHistory = "history of the alert", kInject = "inject", kClear = "clear";
constexpr std::size_t kMostMetricsBytes = 4 << 20;
// What is polled is small; only a server that is none answers more.
constexpr std::size_t kMostPollBytes = 2 << 20;
constexpr int kMostExplanations = 60;

client::Ask bounded(client::Ask ask, std::size_t bytes) {
  http(ask).keep_bytes = bytes;
  return ask;
}

// Why the fault could not be brought about or taken back; empty: it was.
std::string problem_of(const client::Answer& answer) {
  if (!answer.ok()) return fmt::format("{}: {}", name(answer.trouble), answer.problem);
  const client::CommandAnswer* ran = answer.command();
  if (ran != nullptr && ran->exit_code != 0) return "the command ended with " + how_it_ended(*ran);
  const client::HttpAnswer* said = answer.http();
  return said != nullptr && said->status >= 400 ? fmt::format("status {}", said->status) : std::string();
}

std::string seconds_text(Nanos length) {
  return fmt::format("{}s", std::chrono::ceil<std::chrono::seconds>(length).count());
}

}  // namespace

LifecycleCourse::LifecycleCourse(const Probe& probe)
    : probe_(probe), settings_(probe.settings<LifecycleSettings>()), timeline_(settings_) {}

// ---- asks
client::Ask LifecycleCourse::of_prometheus(client::Ask ask) const {
  ask.access = other_access(probe_, settings_.prometheus);
  return ask;
}

client::Ask LifecycleCourse::of_manager(client::Ask ask) const {
  ask.access = other_access(probe_, settings_.alertmanager);
  return ask;
}

client::Ask LifecycleCourse::action_ask(const Action& action, std::string label) const {
  if (const auto* command = std::get_if<CommandAction>(&action)) {
    client::Ask ask = command_ask(command->argv);
    ask.label = std::move(label);
    return ask;
  }
  const auto& http_action = std::get<HttpAction>(action);
  client::Ask ask = to_ask(http_action.request, probe_);
  ask.label = std::move(label);
  if (http_action.url.empty()) return ask;
  // Not the target: its headers and its place are not meant for it.
  client::HttpAsk& sent = http(ask);
  sent.url = http_action.url;
  sent.headers = http_action.request.headers;
  ask.access = other_access(probe_, Server{});
  return ask;
}

client::Ask LifecycleCourse::synthetic_ask(std::string label, bool over) const {
  nlohmann::json labels(settings_.labels);
  labels["alertname"] = settings_.alert;
  nlohmann::json alert{{"labels", labels},
                       {"annotations", {{"summary", "posted by assay: it proves the route only"}}}};
  if (over) alert["endsAt"] = utc_text(std::chrono::system_clock::now());
  client::HttpAsk sent;
  sent.method = "POST";
  sent.url = settings_.alertmanager.base + "/api/v2/alerts";
  sent.headers = {{"Content-Type", "application/json"}};
  sent.body = nlohmann::json::array({alert}).dump();
  return of_manager({std::move(label), std::move(sent)});
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
  const auto* requests = std::get_if<RequestsInjector>(&settings_.injector);
  if (requests == nullptr || !fault_is_on_) return asks;
  // As many as are due by the end of this poll, since the fault began.
  const double seconds = std::chrono::duration<double>(now_ - *timeline_.injected + settings_.poll).count();
  const auto due = static_cast<std::size_t>(seconds * requests->rate);
  for (; due_requests_ < due; ++due_requests_) {
    client::Ask ask = to_ask(requests->request, probe_);
    ask.label = kRequest;
    http(ask).keep_bytes = 0;
    asks.push_back(std::move(ask));
  }
  return asks;
}

bool LifecycleCourse::shows(const Exchange& exchange) const {
  const std::string& label = exchange.ask.label;
  if (label == kInbox)
    return exchange.answer.inbox() != nullptr && !exchange.answer.inbox()->messages.empty();
  const bool polled = label == kAlerts || label == kManaged || label == kPause || label == kRequest;
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
  stage_ = Stage::inject;
  fault_is_on_ = true;
  timeline_.began(now_);  // what is broken off from here on may be half done
  if (settings_.is_synthetic()) return {synthetic_ask(std::string(kInject), false)};
  if (const auto* action = std::get_if<Action>(&settings_.injector))
    return {action_ask(*action, std::string(kInject))};
  stage_ = Stage::rise;
  return poll();
}

std::vector<client::Ask> LifecycleCourse::after_inject(Exchanges answered) {
  const auto& [ask, answer] = answered.front();
  timeline_.began(answer.started);
  timeline_.is_in_place(now_);
  if (std::string problem = problem_of(answer); !problem.empty())
    early_.could_not("inject", std::move(problem));
  brought_about_ = early_.facts().empty();
  if (!brought_about_) return begin_clear();  // half a fault is a fault
  stage_ = Stage::rise;
  return poll();
}

void LifecycleCourse::see(Exchanges answered) {
  for (const auto& [ask, answer] : answered) {
    if (ask.label == kAlerts) timeline_.see_alerts(answer);
    if (ask.label == kManaged) timeline_.see_managed(answer);
    if (ask.label == kInbox) timeline_.see_messages(answer);
    if (ask.label == kRequest && !answer.ok()) ++failed_requests_;
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
  if (!is_hopeless()) return has_risen() ? begin_clear() : poll();
  stage_ = Stage::explain;  // also of what came too late
  return after_explain({});
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
  if (!fault_is_on_) return {};
  if (settings_.is_synthetic()) return {synthetic_ask(std::string(kClear), true)};
  if (settings_.clear) return {action_ask(*settings_.clear, std::string(kClear))};
  return {};
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
    if (const std::string problem = problem_of(answer); !problem.empty())
      early_.add(ProbeState::fail, "clear", "the fault taken back", problem + "; it may still be there");
}

std::vector<client::Ask> LifecycleCourse::after_clear(Exchanges answered) {
  timeline_.taken_back(now_);
  undone(answered);
  const bool fell = has_risen() || timeline_.firing || timeline_.pending;
  if (!early_.facts().empty() || !fell) return begin_history();
  stage_ = Stage::fall;
  return poll();
}

std::vector<client::Ask> LifecycleCourse::begin_history() {
  if (settings_.is_synthetic() || !timeline_.injected) return end();
  stage_ = Stage::history;
  const Nanos length = now_ - *timeline_.injected + std::chrono::seconds(5);
  const std::string query =
      fmt::format("ALERTS{{alertname=\"{}\"}}[{}]", settings_.alert, seconds_text(length));
  return {of_prometheus(query_ask(settings_.prometheus, query, std::string(kHistory)))};
}

std::vector<client::Ask> LifecycleCourse::after_history(Exchanges answered) {
  if (!answered.empty()) timeline_.see_history(answered.front().answer);
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
  if (!brought_about_) return judgement;
  const std::string hop = broken_hop(settings_, timeline_, look_, explanation_);
  judge_lifecycle(settings_, timeline_, hop, judgement);
  if (failed_requests_ > 0)
    judgement.advise(false, "requests of the fault", "answered",
                     fmt::format("{} of {} were not", failed_requests_, due_requests_));
  return judgement;
}

}  // namespace assay::probes
