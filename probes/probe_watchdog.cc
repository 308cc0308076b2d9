#include "probes/probe_watchdog.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "config/values.h"
#include "probes/alertmanager_answers.h"
#include "probes/http_date.h"
#include "probes/notice.h"
#include "probes/prometheus_ask.h"
#include "probes/receiver_key.h"
#include "probes/server_key.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"alertmanager", "alert", "labels", "receiver", "max_gap"};
constexpr config::DurationRange kGapRange{std::chrono::seconds(1), std::chrono::hours(24)};
constexpr Nanos kPoll = std::chrono::seconds(1);
constexpr std::string_view kManaged = "alerts of Alertmanager", kInbox = "messages";

struct Settings final : config::ProbeSettings {
  Server alertmanager;
  std::string alert = "Watchdog";
  Labels labels;
  std::optional<ReceiverPlace> receiver;
  Nanos max_gap = std::chrono::minutes(5);
};

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  if (const config::Node* node =
          reading.require("alertmanager", "write it like alertmanager: http://127.0.0.1:9093"))
    settings->alertmanager = read_server(reading, *node, "alertmanager");
  if (const config::Node* node = reading.find("alert"))
    config::assign(settings->alert, config::read_text(reading.context, *node, "alert"));
  if (const config::Node* node = reading.find("receiver")) settings->receiver = read_receiver(reading, *node);
  if (const config::Node* node = reading.find("max_gap"))
    config::assign(settings->max_gap, config::read_duration(reading.context, *node, "max_gap", kGapRange));
  const config::Node* labels = reading.find("labels");
  if (labels == nullptr ||
      !config::is_filled_map(reading.context, *labels, "labels", "write it like { severity: none }"))
    return settings;
  for (const config::Node::Entry& entry : labels->entries)
    config::assign(settings->labels[entry.key->text],
                   config::read_text(reading.context, *entry.value, entry.key->text));
  return settings;
}

// ---- what is asked
TimePoint end_of(const Exchange& exchange) { return exchange.answer.started + exchange.answer.phases.done; }

struct Arrivals {
  std::size_t count = 0, others = 0;
  TimePoint last{};
};

Arrivals arrivals_in(const Settings& settings, const Exchange& exchange) {
  Arrivals arrivals;
  const client::InboxAnswer* inbox = exchange.answer.inbox();
  if (inbox == nullptr) return arrivals;
  NoticeReader reader(settings.receiver->format);
  for (const client::Message& message : inbox->messages) {
    const std::vector<Notice> notices = reader.read(message);
    const bool ours = std::any_of(notices.begin(), notices.end(), [&](const Notice& notice) {
      return notice.firing && is_about(notice, settings.alert, settings.labels);
    });
    ++(ours ? arrivals.count : arrivals.others);
    if (ours) arrivals.last = message.came;
  }
  return arrivals;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (so_far.empty()) {
    std::vector<client::Ask> asks{
        managed_alerts_ask(settings.alertmanager, settings.alert, std::string(kManaged))};
    if (settings.receiver)
      asks.push_back({"receiver " + settings.receiver->listen,
                      client::ListenAsk{settings.receiver->listen, settings.receiver->speech()}});
    return asks;
  }
  if (!settings.receiver || !so_far[1].answer.ok()) return {};
  client::Ask receive{std::string(kInbox), client::ReceiveAsk{settings.receiver->listen, 0}};
  if (so_far.size() == 2) return {std::move(receive)};
  // Once, it waits for one message; repeated, it looks whether they go on coming.
  const bool waits = probe.spec.every == Nanos(0) && arrivals_in(settings, so_far.back()).count == 0 &&
                     end_of(so_far.back()) - so_far[1].answer.started < settings.max_gap;
  if (!waits) return {};
  if (std::holds_alternative<client::PauseAsk>(so_far.back().ask.what)) return {std::move(receive)};
  return {{"pause", client::PauseAsk{kPoll}}};
}

// ---- what it shows
void judge_managed(const Settings& settings, const Exchange& exchange, Judgement& judgement) {
  const auto& [ask, answer] = exchange;
  if (judgement.no_witness(ask, answer)) return;
  const auto alerts = read_managed_alerts(*answer.http());
  if (!alerts) return judgement.could_not(ask.label, std::string(alerts.error()));
  const auto found = std::find_if(alerts->begin(), alerts->end(), [&](const ManagedAlert& alert) {
    return has_all(alert.labels, settings.labels);
  });
  const std::string what = "alert " + settings.alert;
  if (found == alerts->end())
    return judgement.require(false, what, "active in Alertmanager", "not there: Prometheus does not send it");
  const std::string by = !found->silenced_by.empty() ? "silenced by " + listed(found->silenced_by)
                                                     : "inhibited by " + listed(found->inhibited_by);
  judgement.require(found->state == "active", what, "active in Alertmanager",
                    found->state == "suppressed" ? "suppressed: " + by : found->state);
  if (!found->updated_at) return;
  const Nanos age = std::max<Nanos>(
      between(std::chrono::floor<std::chrono::seconds>(*found->updated_at), time_of(answer)), Nanos(0));
  judgement.require(age <= settings.max_gap, what + ": sent by Prometheus",
                    "at most " + format_duration(settings.max_gap) + " ago", format_duration(age) + " ago");
}

void judge_arrivals(const Settings& settings, bool repeated, Exchanges all, Judgement& judgement) {
  const Exchange& listening = all[1];
  if (!listening.answer.ok()) return judgement.could_not(listening.ask.label, listening.answer.problem);
  const Exchange* last = nullptr;
  for (const Exchange& one : all)
    if (one.ask.label == kInbox) last = &one;
  if (last == nullptr || last->answer.inbox() == nullptr)
    return judgement.could_not("arrivals", "the inbox could not be looked at");
  const Arrivals arrivals = arrivals_in(settings, *last);
  const std::string expected = "at most " + format_duration(settings.max_gap) + " ago";
  const TimePoint since = arrivals.count > 0 ? arrivals.last : last->answer.inbox()->opened;
  const Nanos gap = std::max<Nanos>(end_of(*last) - since, Nanos(0));
  const std::string others = arrivals.others > 0 ? fmt::format("; {} others came", arrivals.others) : "";
  if (arrivals.count > 0)
    return judgement.require(gap <= settings.max_gap, "last arrival", expected,
                             fmt::format("{} ago, the {} of {}{}", format_duration(gap),
                                         arrivals.count == 1 ? "only one" : "last", arrivals.count, others));
  // While it is repeated, the first one may still be on its way.
  judgement.require(repeated && gap <= settings.max_gap, "last arrival", expected,
                    fmt::format("none for {}{}", format_duration(gap), others));
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  judge_managed(settings, all[0], judgement);
  if (settings.receiver) judge_arrivals(settings, probe.spec.every > Nanos(0), all, judgement);
  return judgement;
}

}  // namespace

const Kind kWatchdog{.form = {.name = "watchdog", .keys = kKeys, .read = read, .needs_url = false},
                     .purpose = "an alert that always fires goes on arriving",
                     .next = next,
                     .judge = judge,
                     .new_connections = true};

}  // namespace assay::probes
