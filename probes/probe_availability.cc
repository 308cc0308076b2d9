#include "probes/probe_availability.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "config/map_reader.h"
#include "config/values.h"
#include "probes/expectation.h"
#include "probes/request_keys.h"
#include "probes/tick_order.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"path", "method", "headers", "body", "http_version", "expect", "also"};
constexpr std::string_view kAlsoWords[] = {"ready"};
constexpr config::KeyTable kAlsoKeys{"also", "also", kAlsoWords};

constexpr std::string_view kLying = "lying readiness";
// The measure of a tick with `also: { ready }`: whether the readiness agreed with the user path.
constexpr std::string_view kReadiness = "readiness";
constexpr std::string_view kAgrees = "agrees", kLies = "lies", kDoubts = "doubts";

struct Settings final : config::ProbeSettings {
  Request request;
  Expectation expectation;
  std::optional<std::string> ready;  // path
};

void read_also(const config::ProbeReading& reading, const config::Node& node, Settings& settings) {
  const config::MapReader map(reading.context, node, kAlsoKeys, "also");
  const config::Node* ready = map.require("ready", "write it like also: { ready: /health/ready }");
  if (ready == nullptr) return;
  settings.ready = read_path(reading, *ready, "ready");
  if (*settings.ready == settings.request.path)
    reading.error(*ready, "the readiness is also the user path",
                  "give the user path with \"path\", or remove \"also\"");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  settings->request = read_request(reading);
  settings->expectation = read_expectation(reading, reading.find("expect"));
  if (const config::Node* also = reading.find("also")) read_also(reading, *also, *settings);
  return settings;
}

// Both at the same moment, so that they can be compared.
std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (!so_far.empty()) return {};
  std::vector<client::Ask> asks{to_ask(settings.request, probe)};
  if (settings.ready) asks.push_back(probe.http(*settings.ready));
  return asks;
}

Judgement judge_user_path(const Probe& probe, const Exchange& exchange) {
  Judgement judgement;
  if (judgement.trouble(exchange.ask, exchange.answer)) return judgement;
  const auto& settings = probe.settings<Settings>();
  judge_http_version(settings.request, *exchange.answer.http(), judgement);
  settings.expectation.judge(probe, *exchange.answer.http(), judgement);
  return judgement;
}

Judgement judge_readiness(const Exchange& exchange) {
  Judgement judgement;
  if (judgement.trouble(exchange.ask, exchange.answer)) return judgement;
  const int status = exchange.answer.http()->status;
  judgement.require(status >= 200 && status <= 299, exchange.ask.label, "status 2xx", std::to_string(status));
  return judgement;
}

// A readiness that could not be asked leaves the judgement over the user path as it is, without a measure.
void compare(const Judgement& user, const Judgement& ready, const std::string& label, Judgement& judgement) {
  if (ready.state() == ProbeState::error) return judgement.could_not("readiness", ready.reason());
  if (user.state() == ProbeState::error) return;
  const bool works = user.state() == ProbeState::pass, is_ready = ready.state() == ProbeState::pass;
  if (works == is_ready) {
    judgement.add(ProbeState::pass, "readiness", "",
                  is_ready ? "ready" : "not ready, and the user path fails");
  } else if (is_ready) {
    judgement.add(ProbeState::fail, std::string(kLying), "not ready while the user path fails",
                  label + " says ready, and the user path does not work: " + user.reason());
  } else {
    judgement.add(ProbeState::warn, "readiness", "ready, as the user path works", ready.reason());
  }
  judgement.note({std::string(kReadiness), 0,
                  std::string(works == is_ready ? kAgrees
                              : is_ready        ? kLies
                                                : kDoubts)});
}

Judgement judge(const Probe& probe, Exchanges all) {
  const Judgement user = judge_user_path(probe, all[0]);
  Judgement judgement;
  // First, because it says more than the failure that it hides.
  if (all.size() > 1) compare(user, judge_readiness(all[1]), all[1].ask.label, judgement);
  for (const ProbeFact& fact : user.facts())
    judgement.add(fact.state, fact.what, fact.expected, fact.observed, fact.location);
  return judgement;
}

struct Readiness {
  std::size_t looks = 0, lies = 0, doubts = 0;
  std::size_t longest_lie = 0;  // ticks in a row
  std::optional<Nanos> first_lie, first_doubt;
};

void count(const std::vector<const Tick*>& ticks, Readiness& found) {
  std::size_t row = 0;
  for (const Tick* tick : ticks) {
    const Measure* measure = find_measure(*tick, kReadiness);
    if (measure == nullptr) continue;
    ++found.looks;
    const bool lies = measure->text == kLies, doubts = measure->text == kDoubts;
    row = lies ? row + 1 : 0;
    found.longest_lie = std::max(found.longest_lie, row);
    found.lies += lies ? 1 : 0;
    found.doubts += doubts ? 1 : 0;
    if (lies && tick->due < found.first_lie.value_or(Nanos::max())) found.first_lie = tick->due;
    if (doubts && tick->due < found.first_doubt.value_or(Nanos::max())) found.first_doubt = tick->due;
  }
}

std::string times_text(std::size_t times, const Readiness& found, Nanos first) {
  return fmt::format("{} of {} times, first at {}", format_count(times), format_count(found.looks),
                     moment_text(first));
}

// The two asks of one tick reach an instance one after the other, so a single lie may be the moment of a
// change; the next tick then agrees.
void over_time(const Probe& probe, std::span<const Tick> ticks, const LoadFacts&, Judgement& judgement) {
  if (!probe.settings<Settings>().ready) return;
  Readiness found;
  for (const bool reused : {false, true}) count(in_order(ticks, reused), found);
  if (found.looks == 0)
    return judgement.could_not("readiness", "no tick could compare it with the user path");
  if (found.lies > 0)
    judgement.add(
        found.longest_lie > 1 ? ProbeState::fail : ProbeState::warn, std::string(kLying),
        "not ready while the user path fails",
        fmt::format("ready {}, up to {} ticks in a row", times_text(found.lies, found, *found.first_lie),
                    format_count(found.longest_lie)));
  if (found.doubts > 0)
    judgement.add(ProbeState::warn, "readiness", "ready while the user path works",
                  "not ready " + times_text(found.doubts, found, *found.first_doubt));
  if (found.lies == 0 && found.doubts == 0)
    judgement.add(ProbeState::pass, "readiness", "as the user path",
                  fmt::format("the same {} times", format_count(found.looks)));
}

}  // namespace

const Kind kAvailability{
    .form = {.name = "availability", .keys = kKeys, .read = read, .usual_phase = ProbePhase::continuous},
    .purpose = "a path of the user works all the time, and the readiness says the truth about it",
    .next = next,
    .judge = judge,
    .over_time = over_time};

}  // namespace assay::probes
