#include "probes/metrics_walk.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <variant>

#include "probes/exposition_checks.h"
#include "probes/scrape.h"

namespace assay::probes {
namespace {

constexpr std::size_t kAtOnce = 10;
constexpr std::size_t kMostBytes = 16 << 20;  // of one exposition
constexpr Nanos kSettle = std::chrono::seconds(1);
// What Prometheus asks for, so that we see the same text.
constexpr std::string_view kAccept =
    "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

client::Ask scrape_of(const Probe& probe) {
  const auto& settings = probe.settings<MetricsSettings>();
  client::Ask ask = probe.http(settings.path);
  client::HttpAsk& sent = http(ask);
  sent.headers.push_back({"Accept", std::string(kAccept)});
  sent.headers.insert(sent.headers.end(), settings.headers.begin(), settings.headers.end());
  sent.keep_bytes = kMostBytes;
  return ask;
}

std::optional<Exposition> exposition_of(const Exchange& exchange) {
  if (!exchange.answer.ok() || exchange.answer.http() == nullptr) return std::nullopt;
  Expected<Exposition, std::string> found = read_scrape(*exchange.answer.http());
  if (!found) return std::nullopt;
  return *std::move(found);
}

bool is_pause(const Exchange& exchange) {
  return std::holds_alternative<client::PauseAsk>(exchange.ask.what);
}

// A counter that has not moved far enough may still be on its way; one that has moved too far is not.
bool is_late(const MetricMove& move, const Exchange& before, const Exchange& after) {
  const std::optional<Exposition> first = exposition_of(before), second = exposition_of(after);
  if (!first || !second) return false;
  return counter_move(move.counter, *first, *second).delta() < move.by - move.tolerance;
}

// Follows one counter from `at`; returns what to ask next, or nothing once its last scrape is there.
std::vector<client::Ask> follow(const Probe& probe, const MetricMove& move, Exchanges so_far, std::size_t& at,
                                MoveTrace& trace) {
  trace.first_request = at;
  if (so_far.size() < at + move.requests) {
    const std::size_t left = at + move.requests - so_far.size();
    client::Ask ask = probe.http(move.path, move.method);
    http(ask).keep_bytes = 0;
    return std::vector<client::Ask>(std::min(left, kAtOnce), ask);
  }
  at += move.requests;
  if (so_far.size() == at) return {scrape_of(probe)};
  trace.after = at++;
  if (so_far.size() == at && is_late(move, so_far[trace.before], so_far[trace.after]))
    return {client::Ask{"until the counter arrives", client::PauseAsk{kSettle}}};
  if (so_far.size() == at || !is_pause(so_far[at])) return {};
  if (so_far.size() == ++at) return {scrape_of(probe)};
  trace.after = at++;
  return {};
}

}  // namespace

CounterMove counter_move(const CounterChoice& counter, const Exposition& before, const Exposition& after) {
  const std::optional<double> first = summed(before, counter.name, counter.labels);
  const std::optional<double> second = summed(after, counter.name, counter.labels);
  return {first.value_or(0), second.value_or(0), second.has_value()};
}

MetricsWalk walk_metrics(const Probe& probe, Exchanges so_far) {
  MetricsWalk walk;
  if (so_far.empty()) {
    walk.next_asks.push_back(scrape_of(probe));
    return walk;
  }
  if (so_far.size() == 1 && !exposition_of(so_far[0])) return walk;
  std::size_t at = 1, before = 0;
  for (const MetricMove& move : probe.settings<MetricsSettings>().moves) {
    MoveTrace trace{.before = before};
    walk.next_asks = follow(probe, move, so_far, at, trace);
    if (!walk.next_asks.empty()) return walk;
    before = trace.after;
    walk.moves.push_back(trace);
  }
  return walk;
}

}  // namespace assay::probes
