#include "probes/arrival_course.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

#include "base/units.h"
#include "config/values.h"

namespace assay::probes {
namespace {

constexpr std::string_view kPause = "pause", kQuestion = "search for ";
constexpr config::WholeRange kRequestsRange{1, 100};
constexpr config::DurationRange kWithinRange{std::chrono::milliseconds(100), std::chrono::hours(1)};
constexpr config::DurationRange kPollRange{std::chrono::milliseconds(50), std::chrono::minutes(5)};

}  // namespace

std::string random_hex(std::size_t digits) {
  std::random_device device;
  std::string text;
  while (text.size() < digits) text += fmt::format("{:08x}", device());
  text.resize(digits);
  return text;
}

ArrivalCourse::ArrivalCourse(const Probe& probe, const ArrivalPlan& plan, std::string what,
                             std::unique_ptr<const ArrivalPlace> place)
    : probe_(probe), plan_(plan), what_(std::move(what)), place_(std::move(place)) {}

std::vector<client::Ask> ArrivalCourse::requests() {
  std::vector<client::Ask> asks;
  for (std::size_t i = 0; i < plan_.requests; ++i) {
    sent_.push_back({id_of(i), {}, {}, {}, {}});
    client::Ask ask = to_ask(plan_.request, probe_);
    http(ask).headers.push_back(header_of(sent_.back().id));
    http(ask).keep_bytes = 0;
    asks.push_back(std::move(ask));
  }
  return asks;
}

std::vector<client::Ask> ArrivalCourse::questions() const {
  std::vector<client::Ask> asks{{std::string(kPause), client::PauseAsk{plan_.poll}}};
  for (const Sent& one : sent_) {
    if (one.lag) continue;
    client::Ask ask = place_->question(one.id);
    ask.label = std::string(kQuestion) + one.id;
    ask.access = other_access(probe_, plan_.server);
    asks.push_back(std::move(ask));
  }
  return asks;
}

std::vector<client::Ask> ArrivalCourse::next(Exchanges answered) {
  for (const auto& [ask, answer] : answered) now_ = std::max(now_, answer.started + answer.phases.done);
  if (sent_.empty()) return requests();
  if (!asked_) {
    asked_ = true;
    for (std::size_t i = 0; i < answered.size(); ++i) {
      sent_[i].at = answered[i].answer.started;
      if (early_.facts().empty()) early_.trouble(answered[i].ask, answered[i].answer);
    }
    return early_.facts().empty() ? questions() : std::vector<client::Ask>();
  }
  for (const Exchange& exchange : answered) see(exchange);
  const bool all =
      std::all_of(sent_.begin(), sent_.end(), [](const Sent& one) { return one.lag.has_value(); });
  const bool over = now_ - sent_.front().at > plan_.within;
  return all || over ? std::vector<client::Ask>() : questions();
}

void ArrivalCourse::see(const Exchange& exchange) {
  const auto& [ask, answer] = exchange;
  const auto one = std::find_if(sent_.begin(), sent_.end(), [&, &label = ask.label](const Sent& sent) {
    return label == std::string(kQuestion) + sent.id;
  });
  if (one == sent_.end()) return;
  if (!answer.ok() || answer.http() == nullptr) {
    last_problem_ = fmt::format("{}: {}", name(answer.trouble), answer.problem);
    return;
  }
  Read<std::optional<Arrived>> found = place_->read(*answer.http(), one->id);
  if (!found) {
    last_problem_ = found.error();
    return;
  }
  last_problem_.clear();
  if (!*found) return;
  one->missing = (*found)->missing;
  if (!one->missing.empty()) return;
  one->arrived = **std::move(found);
  one->lag = answer.started + answer.phases.done - one->at;
}

bool ArrivalCourse::shows(const Exchange& exchange) const {
  if (exchange.ask.label == kPause) return false;
  if (!exchange.ask.label.starts_with(kQuestion)) return true;
  const auto found = std::find_if(sent_.begin(), sent_.end(), [&](const Sent& sent) {
    return exchange.ask.label == std::string(kQuestion) + sent.id;
  });
  return found != sent_.end() && found->lag.has_value();
}

Judgement ArrivalCourse::judge() const {
  Judgement judgement = early_;
  if (!judgement.facts().empty()) return judgement;
  std::vector<Nanos> lags;
  for (const Sent& one : sent_)
    if (one.lag) lags.push_back(*one.lag);
  std::sort(lags.begin(), lags.end());
  const std::string expected =
      fmt::format("{} of {} within {}", sent_.size(), sent_.size(), format_duration(plan_.within));
  if (lags.empty() && !last_problem_.empty()) {
    judgement.could_not(what_, last_problem_);
    return judgement;
  }
  const bool holds = lags.size() == sent_.size() && lags.back() <= plan_.within;
  std::string observed = fmt::format("{} of {}", lags.size(), sent_.size());
  if (!lags.empty())
    observed += fmt::format(", after {} at the median and {} at the latest",
                            format_duration(lags[lags.size() / 2]), format_duration(lags.back()));
  const auto missing = std::find_if(sent_.begin(), sent_.end(), [](const Sent& one) { return !one.lag; });
  if (missing != sent_.end())
    observed +=
        fmt::format("; {} of {}", missing->missing.empty() ? "nothing" : missing->missing, missing->id);
  judgement.require(holds, what_, expected, observed);
  // Each of them; one fact for the first that is not as it should be.
  Judgement details;
  for (const Sent& one : sent_) {
    if (!one.lag) continue;
    Judgement detail;
    judge_arrived(one.arrived, detail);
    if (details.facts().empty() || detail.state() == ProbeState::fail) details = detail;
    if (detail.state() == ProbeState::fail) break;
  }
  for (const ProbeFact& fact : details.facts())
    judgement.add(fact.state, fact.what, fact.expected, fact.observed, fact.location);
  return judgement;
}

ArrivalPlan read_arrival(const config::ProbeReading& reading, std::string_view server_key,
                         std::string_view hint) {
  ArrivalPlan plan;
  plan.request = read_request(reading);
  if (const config::Node* node = reading.require(server_key, hint))
    plan.server = read_other_server(reading, *node, server_key);
  if (const config::Node* node = reading.find("requests"))
    config::assign(plan.requests, config::read_whole(reading.context, *node, "requests", kRequestsRange));
  if (const config::Node* node = reading.find("within"))
    config::assign(plan.within, config::read_duration(reading.context, *node, "within", kWithinRange));
  if (const config::Node* node = reading.find("poll"))
    config::assign(plan.poll, config::read_duration(reading.context, *node, "poll", kPollRange));
  return plan;
}

}  // namespace assay::probes
