#include "probes/rate_limit_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "base/units.h"

namespace assay::probes {
namespace {

constexpr std::size_t kControls = 3;
constexpr Nanos kLongestRound = std::chrono::minutes(5);
constexpr Nanos kNoticeable = std::chrono::milliseconds(500);
constexpr int kMuchSlower = 5;

client::Ask request_of(const Probe& probe, std::size_t identity) {
  const auto& settings = probe.settings<RateLimitSettings>();
  client::Ask ask = to_ask(settings.request, probe);
  if (identity < settings.identities.size())
    http(ask).headers.push_back({settings.identity_header, settings.identities[identity]});
  http(ask).keep_bytes = 4096;
  return ask;
}

void add(RateRound& round, const RateLimitSettings& settings, const Exchange& exchange, std::size_t number) {
  switch (rate_outcome(settings, exchange.answer)) {
    case RateOutcome::accepted:
      ++round.accepted;
      return;
    case RateOutcome::broken:
      if (round.broken == nullptr) round.broken = &exchange;
      return;
    case RateOutcome::rejected:
    case RateOutcome::rejected_otherwise:
      break;
  }
  ++round.rejected;
  if (round.rejection != nullptr) return;
  round.rejection = &exchange;
  round.first_rejection = number;
}

Nanos elapsed(Exchanges exchanges) {
  if (exchanges.empty()) return Nanos(0);
  TimePoint first = exchanges[0].answer.started, last = first;
  for (const Exchange& exchange : exchanges) {
    first = std::min(first, exchange.answer.started);
    last = std::max(last, exchange.answer.started + exchange.answer.phases.done);
  }
  return last - first;
}

class Walker {
 public:
  Walker(const Probe& probe, Exchanges so_far)
      : probe_(probe), settings_(probe.settings<RateLimitSettings>()), left_(so_far) {}

  RateWalk walk() {
    if (settings_.control && !take(controls("before"), walk_.controls_before)) return std::move(walk_);
    if (!take_round(walk_.first)) return std::move(walk_);
    const RateRound& first = walk_.first;
    if (first.rejected == 0 || first.broken != nullptr) return std::move(walk_);
    if (!take_aftermath() || !settings_.recovers) return std::move(walk_);
    const bool disturbed = first.early(settings_) || first.loose(settings_);
    if (disturbed && (!take_pause() || !take_round(walk_.second))) return std::move(walk_);
    if (walk_.judged().rejected == 0 || walk_.judged().broken != nullptr || !take_pause())
      return std::move(walk_);
    take_recovery();
    return std::move(walk_);
  }

 private:
  // Each take_...() moves past its answers, or sets what to ask and returns false.
  bool take(std::vector<client::Ask> asks, Exchanges& taken) {
    if (left_.empty()) {
      walk_.next_asks = std::move(asks);
      return false;
    }
    taken = left_.first(std::min(asks.size(), left_.size()));
    left_ = left_.subspan(taken.size());
    return true;
  }

  std::vector<client::Ask> controls(std::string_view when) const {
    if (!settings_.control) return {};
    client::Ask ask = probe_.http(*settings_.control);
    ask.label = fmt::format("control {} {} the limit is used up", ask.label, when);
    return std::vector<client::Ask>(kControls, ask);
  }

  bool take_round(RateRound& round) {
    const Exchanges from = left_;
    for (std::size_t sent = 0; sent < settings_.requests;) {
      if (round.rejected > 0 || round.broken != nullptr || round.elapsed > kLongestRound) break;
      const std::size_t batch =
          static_cast<std::size_t>(std::min(settings_.at_once, settings_.requests - sent));
      Exchanges taken;
      if (!take(std::vector<client::Ask>(batch, request_of(probe_, 0)), taken)) return false;
      for (const Exchange& exchange : taken) add(round, settings_, exchange, ++sent);
      round.exchanges = from.first(sent);
      round.elapsed = elapsed(round.exchanges);
    }
    return true;
  }

  // What must still be served while this client is not.
  bool take_aftermath() {
    std::vector<client::Ask> asks = controls("after");
    const bool other = settings_.identities.size() > 1;
    if (other) {
      asks.push_back(request_of(probe_, 1));
      asks.back().label += " as another client";
    }
    Exchanges taken;
    if (asks.empty()) return true;
    if (!take(std::move(asks), taken)) return false;
    walk_.controls_after = taken.first(taken.size() - (other ? 1 : 0));
    if (other) walk_.other_client = &taken.back();
    return true;
  }

  // A little more than the window, because two clocks are involved.
  bool take_pause() {
    const Nanos margin =
        std::clamp<Nanos>(settings_.window / 20, std::chrono::milliseconds(20), std::chrono::seconds(2));
    Exchanges taken;
    return take({client::Ask{"until the window is over", client::PauseAsk{settings_.window + margin}}},
                taken);
  }

  void take_recovery() {
    client::Ask ask = request_of(probe_, 0);
    ask.label += " after " + format_duration(settings_.window);
    Exchanges taken;
    if (take({std::move(ask)}, taken)) walk_.recovery = &taken.front();
  }

  const Probe& probe_;
  const RateLimitSettings& settings_;
  Exchanges left_;
  RateWalk walk_;
};

}  // namespace

// A status counts although the connection broke after it.
RateOutcome rate_outcome(const RateLimitSettings& settings, const client::Answer& answer) {
  const int status = answer.http() == nullptr ? 0 : answer.http()->status;
  if (settings.rejected.holds(status)) return RateOutcome::rejected;
  if (status == 429 || status == 503) return RateOutcome::rejected_otherwise;
  return answer.ok() && status < 500 ? RateOutcome::accepted : RateOutcome::broken;
}

RateWalk walk_rate_limit(const Probe& probe, Exchanges so_far) { return Walker(probe, so_far).walk(); }

Nanos median_time(Exchanges exchanges) {
  std::vector<Nanos> times;
  for (const Exchange& exchange : exchanges) times.push_back(exchange.answer.phases.done);
  if (times.empty()) return Nanos(0);
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

bool is_much_slower(Nanos before, Nanos after) {
  return after > before * kMuchSlower && after - before > kNoticeable;
}

}  // namespace assay::probes
