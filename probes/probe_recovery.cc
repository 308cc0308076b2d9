#include "probes/probe_recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "base/utc.h"
#include "config/map_reader.h"
#include "config/parts.h"
#include "config/values.h"
#include "match/json_text.h"
#include "probes/command_keys.h"
#include "probes/expectation.h"
#include "probes/iso_time.h"
#include "probes/request_keys.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"start", "smoke", "expect", "interval", "rto", "rpo", "marker"};
constexpr std::string_view kMarkerWords[] = {"path", "json"};
constexpr config::KeyTable kMarkerKeys{"recovery_marker", "marker", kMarkerWords};
constexpr config::DurationRange kIntervalRange{std::chrono::milliseconds(100), std::chrono::hours(1)};
constexpr config::DurationRange kObjectiveRange{std::chrono::seconds(1), std::chrono::hours(24 * 7)};
constexpr Nanos kUsualInterval = std::chrono::seconds(5);
constexpr std::int64_t kMostRounds = 5000;        // all of their answers are kept until the end
constexpr std::size_t kKeptBytes = 64 << 10;      // of each
constexpr Nanos kSkew = std::chrono::minutes(1);  // between the clocks of two machines

struct Settings final : config::ProbeSettings {
  std::vector<std::string> start;  // empty: the failure is declared by running the probe
  std::vector<std::string> smoke;  // paths
  Expectation expectation;
  Nanos interval = kUsualInterval, rto{0};
  std::string marker_path;  // empty: none
  match::JsonPointer marker;
  Nanos rpo{0};
};

// ---- the gate file
void read_marker(const config::ProbeReading& reading, Settings& settings) {
  const config::Node *node = reading.find("marker"), *rpo = reading.find("rpo");
  if (rpo != nullptr)
    config::assign(settings.rpo, config::read_duration(reading.context, *rpo, "rpo", kObjectiveRange));
  if (node == nullptr && rpo != nullptr)
    return reading.error(*rpo, "nothing tells how much was lost",
                         "add marker: { path: /orders/last, json: /created_at }");
  if (node == nullptr) return;
  if (rpo == nullptr) reading.error(*node, "the marker is compared with nothing", "add rpo: 1h");
  const config::MapReader map(reading.context, *node, kMarkerKeys, "marker");
  if (!map.is_map()) return;
  if (const config::Node* path = map.require("path"))
    settings.marker_path = read_path(reading, *path, "path");
  const config::Node* json = map.require("json", "point to the time in the answer, like /created_at");
  const auto text = json == nullptr ? std::nullopt : config::read_text(reading.context, *json, "json");
  if (!text) return;
  config::check_pointer(reading.context, *json, *text);
  config::assign(settings.marker, match::JsonPointer::parse(*text));
}

void check_rounds(const config::ProbeReading& reading, const Settings& settings) {
  if (settings.interval > settings.rto)
    return reading.error(*reading.find("rto"), "\"rto\" is shorter than \"interval\"",
                         "the time of the recovery would not be seen");
  if (settings.rto / settings.interval > kMostRounds)
    reading.error(*reading.find("rto"), "more than 5,000 rounds fit into \"rto\"",
                  "use a longer \"interval\"");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  if (const config::Node* start = reading.find("start"))
    settings->start = read_argv(reading, *start, "start");
  if (reading.require("smoke", "list the paths that must answer again, like [/health/ready, /api/orders]"))
    settings->smoke = read_paths(reading, "smoke", {});
  settings->expectation = read_expectation(reading, reading.find("expect"));
  const config::ErrorMark mark(reading.context);
  if (const config::Node* interval = reading.find("interval"))
    config::assign(settings->interval,
                   config::read_duration(reading.context, *interval, "interval", kIntervalRange));
  const config::Node* rto = reading.require("rto", "write it like rto: 2h");
  if (rto != nullptr)
    config::assign(settings->rto, config::read_duration(reading.context, *rto, "rto", kObjectiveRange));
  if (rto != nullptr && mark.clean()) check_rounds(reading, *settings);
  read_marker(reading, *settings);
  return settings;
}

// ---- what was asked so far: [start] (smoke... pause)... smoke... [marker]
class Drill {
 public:
  Drill(const Probe& probe, Exchanges all)
      : probe_(probe),
        settings_(probe.settings<Settings>()),
        all_(all),
        before_(settings_.start.empty() ? 0 : 1),
        width_(settings_.smoke.size()) {}

  bool declared() const { return all_.size() >= before_; }
  const Exchange* start() const { return before_ == 0 ? nullptr : &all_[0]; }
  bool start_failed() const {
    return before_ > 0 && (!all_[0].answer.ok() || all_[0].answer.command()->exit_code != 0);
  }
  // When the failure was declared: before the command ran that causes it, however long that took.
  const client::Answer& declaration() const { return all_[0].answer; }

  // Of the last round whose requests were answered, which may be followed by a pause or the marker.
  Exchanges last_round() const {
    const std::size_t rounds = (all_.size() - before_ + 1) / (width_ + 1);
    return all_.subspan(before_ + (rounds - 1) * (width_ + 1), width_);
  }
  std::size_t rounds() const { return (all_.size() - before_ + 1) / (width_ + 1); }
  bool round_is_last() const { return (all_.size() - before_) % (width_ + 1) == width_; }
  const Exchange* marker() const {
    const bool asked = all_.size() > before_ && (all_.size() - before_) % (width_ + 1) == 0 &&
                       std::holds_alternative<client::HttpAsk>(all_.back().ask.what);
    return asked ? &all_.back() : nullptr;
  }

  // Why the last round did not pass; empty: it did.
  std::string problem() const {
    for (const auto& [ask, answer] : last_round()) {
      Judgement one;
      if (!one.trouble(ask, answer)) settings_.expectation.judge(probe_, *answer.http(), one);
      if (one.state() == ProbeState::pass) continue;
      const std::string reason = one.reason();
      return reason.starts_with(ask.label) ? reason : ask.label + ": " + reason;
    }
    return {};
  }
  bool recovered() const { return problem().empty(); }

  // From the declared failure to the end of the last round.
  Nanos elapsed() const { return end_of_round() - declaration().started; }
  Nanos round_took() const { return end_of_round() - last_round().front().answer.started; }

 private:
  TimePoint end_of_round() const {
    TimePoint end{};
    for (const Exchange& exchange : last_round())
      end = std::max(end, exchange.answer.started + exchange.answer.phases.done);
    return end;
  }

  const Probe& probe_;
  const Settings& settings_;
  Exchanges all_;
  std::size_t before_, width_;
};

client::Ask bounded(client::Ask ask) {
  http(ask).keep_bytes = kKeptBytes;
  return ask;
}

std::vector<client::Ask> round_of(const Probe& probe) {
  std::vector<client::Ask> asks;
  for (const std::string& path : probe.settings<Settings>().smoke) asks.push_back(bounded(probe.http(path)));
  return asks;
}

// A round begins an interval after the one before, and one more after the objective has passed: it tells
// whether recovery was late or did not come.
std::vector<client::Ask> after_round(const Probe& probe, const Drill& drill) {
  const auto& settings = probe.settings<Settings>();
  if (drill.recovered()) {
    if (settings.marker_path.empty()) return {};
    return {bounded(probe.http(settings.marker_path))};
  }
  const Nanos left = settings.rto - drill.elapsed();
  if (left <= Nanos(0)) return {};
  const Nanos pause = std::clamp(settings.interval - drill.round_took(), Nanos(0), left);
  return {{"pause", client::PauseAsk{pause}}};
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  const Drill drill(probe, so_far);
  if (!drill.declared()) return {command_ask(settings.start)};
  if (drill.start_failed() || drill.marker() != nullptr) return {};
  return drill.round_is_last() ? after_round(probe, drill) : round_of(probe);
}

// ---- what it shows
void judge_time(const Settings& settings, const Drill& drill, Judgement& judgement) {
  const std::string within = "within " + format_duration(settings.rto);
  const std::string after = format_duration(drill.elapsed());
  if (!drill.recovered())
    return judgement.add(
        ProbeState::fail, "recovery", within,
        fmt::format("none after {} and {} rounds: {}", after, format_count(drill.rounds()), drill.problem()));
  judgement.require(drill.elapsed() <= settings.rto, "recovery", within,
                    fmt::format("after {}, in round {}", after, format_count(drill.rounds())));
}

std::optional<std::string> marked_text(const Settings& settings, const std::string& body) {
  const auto value = match::valid_json(body) ? settings.marker.find(body) : std::nullopt;
  if (!value || match::json_type(*value) != match::JsonType::string) return std::nullopt;
  std::string text;
  match::decode_json_string(*value, text);
  return text;
}

void judge_loss(const Settings& settings, WallTime marked, WallTime declared, Judgement& judgement) {
  if (marked > declared + kSkew)
    return judgement.could_not("data lost",
                               fmt::format("the marker is of {}, after the failure, so it does not "
                                           "tell what was lost",
                                           utc_text(marked)));
  const Nanos lost = std::max<Nanos>(declared - marked, Nanos(0));
  judgement.require(
      lost <= settings.rpo, "data lost", "at most the last " + format_duration(settings.rpo),
      fmt::format("the last {} (the marker is of {})", format_duration(lost), utc_text(marked)));
}

void judge_marker(const Settings& settings, const Drill& drill, Judgement& judgement) {
  if (settings.marker_path.empty() || drill.marker() == nullptr) return;
  const auto& [ask, answer] = *drill.marker();
  if (judgement.trouble(ask, answer, "the marker")) return;
  const std::optional<std::string> text = marked_text(settings, answer.http()->body);
  if (answer.http()->status != 200 || !text)
    return judgement.add(ProbeState::fail, "data lost", "a marker at " + std::string(settings.marker.shown()),
                         fmt::format("none (status {})", answer.http()->status));
  const Expected<WallTime, std::string> marked = parse_iso_time(*text);
  if (!marked) return judgement.could_not("data lost", std::string(marked.error()));
  judge_loss(settings, *marked, drill.declaration().started_wall, judgement);
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  const Drill drill(probe, all);
  Judgement judgement;
  if (drill.start_failed()) {
    const auto& [ask, answer] = *drill.start();
    judgement.could_not("start", answer.ok() ? "the failure was not declared: the command ended with " +
                                                   how_it_ended(*answer.command())
                                             : answer.problem);
    return judgement;
  }
  judge_time(settings, drill, judgement);
  judge_marker(settings, drill, judgement);
  return judgement;
}

}  // namespace

const Kind kRecovery{
    .form = {.name = "recovery", .keys = kKeys, .read = read, .repeats = false},
    .purpose = "the service answers again within its RTO, and lost no more data than its RPO",
    .next = next,
    .judge = judge};

}  // namespace assay::probes
