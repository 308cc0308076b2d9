#include "probes/probe_grafana_dashboard.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/suggest.h"
#include "base/units.h"
#include "config/values.h"
#include "probes/grafana_answers.h"
#include "probes/request_keys.h"
#include "probes/server_key.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"grafana", "token", "title", "uid", "panels", "require_data", "window"};
constexpr config::DurationRange kWindowRange{std::chrono::seconds(10), std::chrono::hours(24 * 30)};
constexpr std::size_t kMostBytes = 8 << 20, kAtOnce = 10;
constexpr std::string_view kSearch = "search", kDashboard = "dashboard", kPanel = "panel ";

struct Settings final : config::ProbeSettings {
  Server grafana;
  std::string token, title, uid;
  std::vector<std::string> panels;  // titles that must be there; empty: any
  bool require_data = true;
  Nanos window = std::chrono::minutes(5);
};

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  if (const config::Node* node = reading.require("grafana", "write it like grafana: http://127.0.0.1:3000"))
    settings->grafana = read_server(reading, *node, "grafana");
  if (const config::Node* node = reading.find("token"))
    settings->token = reading.text(*node, "token").value_or("");
  const config::Node *title = reading.find("title"), *uid = reading.find("uid");
  if (title != nullptr) settings->title = reading.text(*title, "title").value_or("");
  if (uid != nullptr) settings->uid = reading.text(*uid, "uid").value_or("");
  if ((title == nullptr) == (uid == nullptr))
    reading.error(*reading.find("kind"), "a dashboard is named in one way",
                  "write title: Overview or uid: abc123");
  if (const config::Node* node = reading.find("panels"))
    settings->panels = read_texts(reading, *node, "panels");
  if (const config::Node* node = reading.find("require_data"))
    config::assign(settings->require_data, config::read_bool(reading.context, *node, "require_data"));
  if (const config::Node* node = reading.find("window"))
    config::assign(settings->window, config::read_duration(reading.context, *node, "window", kWindowRange));
  return settings;
}

// ---- what is asked
client::Ask ask_of(const Settings& settings, std::string_view label, const std::string& path) {
  std::vector<client::Field> headers;
  if (!settings.token.empty()) headers.push_back({"Authorization", "Bearer " + settings.token});
  client::Ask ask = settings.grafana.get(std::string(label), path, std::move(headers));
  http(ask).keep_bytes = kMostBytes;
  return ask;
}

client::Ask data_ask(const Settings& settings, const Panel& panel) {
  client::Ask ask = ask_of(settings, std::string(kPanel) + panel.title, "/api/ds/query");
  client::HttpAsk& sent = http(ask);
  sent.method = "POST";
  sent.headers.push_back({"Content-Type", "application/json"});
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(settings.window).count();
  sent.body =
      nlohmann::json{{"queries", panel.targets}, {"from", fmt::format("now-{}s", seconds)}, {"to", "now"}}
          .dump();
  return ask;
}

// The uid of the dashboard of that title; empty: it is not there, or the answer says nothing.
std::string found_uid(const Settings& settings, const Exchange& search) {
  if (!search.answer.ok()) return {};
  const auto found = read_search(*search.answer.http());
  for (const FoundDashboard& one : found ? *found : std::vector<FoundDashboard>())
    if (one.title == settings.title) return one.uid;
  return {};
}

Read<Dashboard> dashboard_in(Exchanges all) {
  const Exchange* exchange = labelled(all, kDashboard);
  if (exchange == nullptr) return Unexpected(std::string("it was not asked for"));
  if (!exchange->answer.ok()) return Unexpected(exchange->answer.problem);
  return read_dashboard(*exchange->answer.http());
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  const auto by_uid = [&](const std::string& uid) {
    return ask_of(settings, kDashboard, "/api/dashboards/uid/" + url_encoded(uid));
  };
  if (so_far.empty())
    return {settings.uid.empty()
                ? ask_of(settings, kSearch, "/api/search?type=dash-db&query=" + url_encoded(settings.title))
                : by_uid(settings.uid)};
  if (labelled(so_far, kDashboard) == nullptr) {
    const std::string uid = found_uid(settings, so_far[0]);
    return uid.empty() ? std::vector<client::Ask>() : std::vector<client::Ask>{by_uid(uid)};
  }
  const auto dashboard = dashboard_in(so_far);
  std::vector<client::Ask> asks;
  for (const Panel& panel : dashboard&& settings.require_data ? dashboard->panels : std::vector<Panel>()) {
    const std::string label = std::string(kPanel) + panel.title;
    const bool again =
        labelled(so_far, label) != nullptr ||
        std::any_of(asks.begin(), asks.end(), [&](const client::Ask& one) { return one.label == label; });
    if (!panel.targets.empty() && !again && asks.size() < kAtOnce) asks.push_back(data_ask(settings, panel));
  }
  return asks;
}

// ---- what it shows
void judge_search(const Settings& settings, const Exchange& exchange, Judgement& judgement) {
  const auto& [ask, answer] = exchange;
  if (judgement.no_witness(ask, answer)) return;
  const auto found = read_search(*answer.http());
  if (!found) return judgement.could_not(ask.label, std::string(found.error()));
  std::vector<std::string> titles;
  for (const FoundDashboard& one : *found) titles.push_back(one.title);
  const std::string meant = did_you_mean(settings.title, std::span<const std::string>(titles));
  judgement.require(!found_uid(settings, exchange).empty(), "dashboard " + settings.title, "there",
                    found_uid(settings, exchange).empty()
                        ? (meant.empty() ? "absent; found " + listed(titles) : "absent; " + meant)
                        : "there");
}

void judge_data(const Panel& panel, Exchanges all, const Settings& settings, Judgement& judgement) {
  const std::string label = std::string(kPanel) + panel.title;
  const std::string expected = "data in the last " + format_duration(settings.window);
  if (!panel.unknown.empty())
    judgement.advise(false, label, "a value for each variable",
                     "the variable " + panel.unknown + " has none");
  if (panel.targets.empty()) return judgement.advise(false, label, expected, "it has no query");
  const Exchange* exchange = labelled(all, label);
  if (exchange == nullptr) return;
  if (judgement.no_witness(exchange->ask, exchange->answer)) return;
  const auto values = count_values(*exchange->answer.http());
  if (!values) return judgement.require(false, label, expected, std::string(values.error()));
  judgement.require(*values > 0, label, expected,
                    *values > 0 ? format_count(*values) + " values" : "no data");
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  if (settings.uid.empty()) {
    judge_search(settings, all[0], judgement);
    if (judgement.state() != ProbeState::pass) return judgement;
  }
  const Exchange& asked = *labelled(all, kDashboard);
  if (judgement.no_witness(asked.ask, asked.answer)) return judgement;
  const auto dashboard = dashboard_in(all);
  if (!dashboard) {
    if (asked.answer.http()->status == 404) {
      judgement.require(false, "dashboard " + settings.uid, "there", "absent");
    } else {
      judgement.could_not(asked.ask.label, std::string(dashboard.error()));
    }
    return judgement;
  }
  for (const std::string& title : settings.panels) {
    const bool there = std::any_of(dashboard->panels.begin(), dashboard->panels.end(),
                                   [&](const Panel& panel) { return panel.title == title; });
    judgement.require(there, "panel " + title, "there", there ? "there" : "absent");
  }
  if (dashboard->panels.empty()) judgement.require(false, "panels", "at least one", "none");
  for (const Panel& panel : settings.require_data ? dashboard->panels : std::vector<Panel>())
    judge_data(panel, all, settings, judgement);
  if (judgement.facts().empty())
    judgement.require(true, "dashboard " + dashboard->title, "there",
                      format_count(dashboard->panels.size()) + " panels");
  return judgement;
}

}  // namespace

const Kind kGrafanaDashboard{
    .form = {.name = "grafana-dashboard", .keys = kKeys, .read = read, .needs_url = false},
    .purpose = "a dashboard is there, and its panels show data",
    .next = next,
    .judge = judge};

}  // namespace assay::probes
