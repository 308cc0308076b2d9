#include "probes/probe_prometheus_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/suggest.h"
#include "base/units.h"
#include "base/utc.h"
#include "config/values.h"
#include "probes/http_date.h"
#include "probes/number_bound.h"
#include "probes/prometheus_answers.h"
#include "probes/prometheus_ask.h"
#include "probes/promql_text.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"prometheus", "jobs", "interval", "max_age", "retention"};
constexpr config::DurationRange kIntervalRange{std::chrono::milliseconds(1), std::chrono::hours(24)};
constexpr Nanos kClockStep = std::chrono::seconds(1);  // of the HTTP header "Date"
constexpr std::size_t kShownTargets = 5;

struct Job {
  std::string name;
  NumberBound count;
  std::string location;
};

struct Settings final : config::ProbeSettings {
  Server prometheus;
  std::vector<Job> jobs;
  std::optional<Nanos> interval, max_age;
  std::string retention;  // as it is written; empty: not looked at
};

// ---- the gate file
void read_jobs(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* node = reading.require("jobs", "write it like jobs: { shop: 3, postgres: \">= 1\" }");
  if (node == nullptr || !config::is_filled_map(reading.context, *node, "jobs", "write it like { shop: 3 }"))
    return;
  for (const config::Node::Entry& entry : node->entries) {
    const auto count = read_number_bound(reading, *entry.value, entry.key->text);
    if (count)
      settings.jobs.push_back({entry.key->text, *count, reading.context.place(*entry.value).location()});
  }
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  settings->prometheus = read_prometheus(reading);
  read_jobs(reading, *settings);
  if (const config::Node* node = reading.find("interval"))
    settings->interval = config::read_duration(reading.context, *node, "interval", kIntervalRange);
  if (const config::Node* node = reading.find("max_age"))
    settings->max_age = config::read_duration(reading.context, *node, "max_age", kIntervalRange);
  const config::Node* retention = reading.find("retention");
  if (retention == nullptr) return settings;
  settings->retention = config::read_text(reading.context, *retention, "retention").value_or("");
  if (!prometheus_duration(settings->retention))
    reading.error(*retention, config::in_quotes(settings->retention) + " is no duration of Prometheus",
                  "write it like 30d or 15d12h");
  return settings;
}

// ---- what is asked
std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  if (!so_far.empty()) return {};
  std::vector<client::Ask> asks{targets_ask(settings.prometheus)};
  if (!settings.retention.empty())
    asks.push_back(settings.prometheus.get("runtime information", "/api/v1/status/runtimeinfo"));
  return asks;
}

// ---- what it shows
class TargetsJudge {
 public:
  TargetsJudge(const Settings& settings, const std::vector<PromTarget>& targets, std::chrono::sys_seconds now,
               Judgement& judgement)
      : settings_(settings), targets_(targets), now_(now), judgement_(judgement) {}

  void judge() {
    for (const Job& job : settings_.jobs) judge_job(job);
  }

 private:
  using Chosen = std::vector<const PromTarget*>;

  void judge_job(const Job& job) {
    Chosen all, up;
    for (const PromTarget& target : targets_) {
      if (target.job() != job.name) continue;
      all.push_back(&target);
      if (target.health == "up") up.push_back(&target);
    }
    const std::string what = "targets of job " + job.name;
    if (all.empty()) {
      judgement_.require(job.count.holds(0), what, job.count.shown + " up", absent(job.name), job.location);
      return;
    }
    judgement_.require(job.count.holds(static_cast<double>(up.size())), what, job.count.shown + " up",
                       fmt::format("{} up{}", up.size(), down_text(all)), job.location);
    if (settings_.interval) judge_interval(job, all);
    judge_age(job, up);
  }

  std::string absent(const std::string& job) const {
    std::set<std::string> names;
    for (const PromTarget& target : targets_) names.insert(target.job());
    if (names.empty()) return "none: nothing is scraped at all";
    const std::vector<std::string> jobs(names.begin(), names.end());
    const std::string meant = did_you_mean(job, std::span<const std::string>(jobs));
    return "no such job; " + (meant.empty() ? "there is " + listed(jobs) : meant);
  }

  std::string down_text(const Chosen& all) const {
    std::string text;
    std::size_t down = 0;
    for (const PromTarget* target : all) {
      if (target->health == "up" || ++down > kShownTargets) continue;
      text += fmt::format("{} {} is {}{}", down == 1 ? "," : ";", target->url,
                          target->health == "down" ? "down" : "not scraped yet",
                          target->last_error.empty() ? "" : ": " + target->last_error);
    }
    return down > kShownTargets ? fmt::format("{}; {} are down in all", text, down) : text;
  }

  void judge_interval(const Job& job, const Chosen& all) {
    const auto wrong = std::find_if(all.begin(), all.end(), [&](const PromTarget* target) {
      return !target->interval || *target->interval != *settings_.interval;
    });
    const bool holds = wrong == all.end();
    const PromTarget& shown = holds ? *all.front() : **wrong;
    judgement_.require(
        holds, "scrape interval of job " + job.name, format_duration(*settings_.interval),
        shown.interval ? format_duration(*shown.interval) + (holds ? "" : " of " + shown.url) : "unknown");
  }

  // A target may be "up" by a scrape of long ago: when it was scraped last is another question.
  void judge_age(const Job& job, const Chosen& up) {
    const PromTarget* oldest = nullptr;
    Nanos age{0}, allowed{0};
    for (const PromTarget* target : up) {
      if (!target->last_scrape) continue;
      const Nanos limit = settings_.max_age.value_or(2 * target->interval.value_or(std::chrono::minutes(1)) +
                                                     target->timeout.value_or(Nanos(0)));
      const Nanos since = between(std::chrono::floor<std::chrono::seconds>(*target->last_scrape), now_);
      if (oldest != nullptr && since - limit <= age - allowed) continue;
      oldest = target;
      age = since;
      allowed = limit;
    }
    if (oldest == nullptr) return;
    judgement_.require(
        age <= allowed + kClockStep, "last scrape of job " + job.name,
        "at most " + format_duration(allowed) + " ago",
        fmt::format("{} ago{}", format_duration(std::max(age, Nanos(0))),
                    up.size() > 1 ? ", the longest of " + std::to_string(up.size()) + " targets" : ""));
  }

  const Settings& settings_;
  const std::vector<PromTarget>& targets_;
  std::chrono::sys_seconds now_;
  Judgement& judgement_;
};

// "30d" or "30d or 10GiB": the time alone is compared.
void judge_retention(const Settings& settings, const Exchange& exchange, Judgement& judgement) {
  const auto& [ask, answer] = exchange;
  if (judgement.no_witness(ask, answer)) return;
  const Read<std::string> retention = read_retention(*answer.http());
  if (!retention) return judgement.could_not(ask.label, std::string(retention.error()));
  const std::string time = retention->substr(0, retention->find(' '));
  judgement.require(prometheus_duration(time) == prometheus_duration(settings.retention), "retention",
                    settings.retention, *retention);
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  const auto& [ask, answer] = all[0];
  Judgement judgement;
  if (judgement.no_witness(ask, answer)) return judgement;
  const Read<std::vector<PromTarget>> targets = read_targets(*answer.http());
  if (targets) {
    TargetsJudge(settings, *targets, time_of(answer), judgement).judge();
  } else {
    judgement.could_not(ask.label, std::string(targets.error()));
  }
  if (all.size() > 1) judge_retention(settings, all[1], judgement);
  return judgement;
}

}  // namespace

const Kind kPrometheusTargets{
    .form = {.name = "prometheus-targets", .keys = kKeys, .read = read, .needs_url = false},
    .purpose = "Prometheus scrapes these jobs, all of their targets are up and fresh",
    .next = next,
    .judge = judge};

}  // namespace assay::probes
