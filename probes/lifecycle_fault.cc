#include "probes/lifecycle_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/utc.h"
#include "probes/command_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kRequest = "request of the fault";

// Empty: it was carried out.
std::string problem_of(const client::Answer& answer) {
  if (!answer.ok()) return fmt::format("{}: {}", name(answer.trouble), answer.problem);
  const client::CommandAnswer* ran = answer.command();
  if (ran != nullptr && ran->exit_code != 0) return "the command ended with " + how_it_ended(*ran);
  const client::HttpAnswer* said = answer.http();
  return said != nullptr && said->status >= 400 ? fmt::format("status {}", said->status) : std::string();
}

// An endpoint or a command.
class FaultByAction final : public LifecycleFault {
 public:
  FaultByAction(const Probe& probe, const Action& action)
      : probe_(probe), clear_(probe.settings<LifecycleSettings>().clear), action_(action) {}

  std::vector<client::Ask> begin(Exchanges answered) override {
    if (answered.empty()) return {action_ask(probe_, action_, std::string(kInject))};
    fail(problem_of(answered.front().answer));
    return {};
  }
  std::vector<client::Ask> undo() const override {
    if (!clear_) return {};
    return {action_ask(probe_, *clear_, std::string(kClear))};
  }

 private:
  const Probe& probe_;
  const std::optional<Action>& clear_;
  const Action& action_;
};

// Requests at a rate. Of several steps each is sent one poll after the one before, which is answered by then.
class FaultByRequests final : public LifecycleFault {
 public:
  FaultByRequests(const Probe& probe, const RequestsInjector& injector)
      : probe_(probe), injector_(injector), under_way_(injector.steps.size()) {}

  std::vector<client::Ask> keep_up(Nanos until) override {
    const double seconds = std::chrono::duration<double>(until).count();
    const auto due = static_cast<std::size_t>(seconds * injector_.rate);
    std::rotate(under_way_.rbegin(), under_way_.rbegin() + 1, under_way_.rend());
    under_way_.front() = due - begun_;
    begun_ = due;
    std::vector<client::Ask> asks;
    for (std::size_t step = 0; step < under_way_.size(); ++step)
      for (std::size_t i = 0; i < under_way_[step]; ++i) asks.push_back(request(injector_.steps[step]));
    sent_ += asks.size();
    return asks;
  }
  void see(const Exchange& exchange) override {
    if (is_routine(exchange.ask.label) && !exchange.answer.ok()) ++unanswered_;
  }
  bool is_routine(const std::string& label) const override { return label == kRequest; }
  void judge(Judgement& judgement) const override {
    if (unanswered_ > 0)
      judgement.advise(false, "requests of the fault", "answered",
                       fmt::format("{} of {} were not", unanswered_, sent_));
  }

 private:
  client::Ask request(const FaultStep& step) const {
    client::Ask ask = to_ask(step.request, probe_);
    ask.label = kRequest;
    http(ask).keep_bytes = 0;
    if (step.timeout) {
      ask.access = probe_.access;
      ask.access->timeout = *step.timeout;
    }
    return ask;
  }

  const Probe& probe_;
  const RequestsInjector& injector_;
  std::vector<std::size_t> under_way_;  // by step: how many iterations come to it at this poll
  std::size_t begun_ = 0;               // iterations
  std::size_t sent_ = 0, unanswered_ = 0;
};

// An alert that is posted to Alertmanager.
class FaultByPost final : public LifecycleFault {
 public:
  explicit FaultByPost(const Probe& probe) : probe_(probe), settings_(probe.settings<LifecycleSettings>()) {}

  std::vector<client::Ask> begin(Exchanges answered) override {
    if (answered.empty()) return {post(std::string(kInject), false)};
    fail(problem_of(answered.front().answer));
    return {};
  }
  std::vector<client::Ask> undo() const override { return {post(std::string(kClear), true)}; }

 private:
  client::Ask post(std::string label, bool over) const {
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
    client::Ask ask{std::move(label), std::move(sent)};
    ask.access = other_access(probe_, settings_.alertmanager);
    return ask;
  }

  const Probe& probe_;
  const LifecycleSettings& settings_;
};

class FaultByLoad final : public LifecycleFault {
 public:
  bool is_the_load() const override { return true; }
};

struct Maker {
  const Probe& probe;
  std::unique_ptr<LifecycleFault> operator()(const Action& action) const {
    return std::make_unique<FaultByAction>(probe, action);
  }
  std::unique_ptr<LifecycleFault> operator()(const RequestsInjector& injector) const {
    return std::make_unique<FaultByRequests>(probe, injector);
  }
  std::unique_ptr<LifecycleFault> operator()(const MessagesInjector& injector) const {
    return fault_by_messages(probe, injector);
  }
  std::unique_ptr<LifecycleFault> operator()(const ConnectionsInjector& injector) const {
    return fault_by_connections(probe, injector);
  }
  std::unique_ptr<LifecycleFault> operator()(const SyntheticAlert&) const {
    return std::make_unique<FaultByPost>(probe);
  }
  std::unique_ptr<LifecycleFault> operator()(const LoadInjector&) const {
    return std::make_unique<FaultByLoad>();
  }
};

}  // namespace

std::string LifecycleFault::why_not_undone(const client::Answer& answer) const { return problem_of(answer); }

std::unique_ptr<LifecycleFault> fault_of(const Probe& probe) {
  return std::visit(Maker{probe}, probe.settings<LifecycleSettings>().injector);
}

client::Ask action_ask(const Probe& probe, const Action& action, std::string label) {
  if (const auto* command = std::get_if<CommandAction>(&action)) {
    client::Ask ask = command_ask(command->argv);
    ask.label = std::move(label);
    return ask;
  }
  const auto& http_action = std::get<HttpAction>(action);
  client::Ask ask = to_ask(http_action.request, probe);
  ask.label = std::move(label);
  if (http_action.url.empty()) return ask;
  // Not the target: its headers and its place are not meant for it.
  client::HttpAsk& sent = http(ask);
  sent.url = http_action.url;
  sent.headers = http_action.request.headers;
  ask.access = other_access(probe, Server{});
  return ask;
}

client::Ask place_ask(const Probe& probe, const FaultPlace& place, std::string label,
                      std::vector<client::Move> moves) {
  return {std::move(label), client::DialAsk{place.host, place.port, std::move(moves)},
          other_access(probe, Server{})};
}

}  // namespace assay::probes
