#include "probes/probe_version.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/units.h"
#include "config/values.h"
#include "probes/request_keys.h"
#include "probes/version_source.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"path",   "header", "json",     "body",
                                      "expect", "not",    "replicas", "samples"};
constexpr config::WholeRange kReplicas{1, 100};
constexpr config::WholeRange kSamples{1, 1000};
constexpr std::size_t kAtOnce = 10;
constexpr std::uint64_t kFewestSamples = 20;
constexpr double kOverlooked = 1e-3;  // the chance that one of the replicas answers none of the samples
constexpr std::size_t kShownChanges = 10;

struct Settings final : config::ProbeSettings {
  VersionSource source;
  std::optional<std::string> expected;
  std::vector<std::string> refused;
  bool agree = false;
  std::uint64_t samples = 1;
};

// Of n replicas that are chosen at random, one is missed by s requests with a chance of at most n (1 -
// 1/n)^s.
std::uint64_t samples_for(std::uint64_t replicas) {
  if (replicas < 2) return kFewestSamples;
  const double n = static_cast<double>(replicas);
  const double needed = std::ceil(std::log(kOverlooked / n) / std::log1p(-1 / n));
  return std::clamp(static_cast<std::uint64_t>(needed), kFewestSamples, kSamples.max);
}

void read_samples(const config::ProbeReading& reading, Settings& settings) {
  std::optional<std::uint64_t> replicas;
  if (const config::Node* node = reading.find("replicas")) {
    settings.agree = true;
    replicas = config::read_whole(reading.context, *node, "replicas", kReplicas);
    settings.samples = samples_for(replicas.value_or(1));
  }
  const config::Node* node = reading.find("samples");
  if (node == nullptr) return;
  config::assign(settings.samples, config::read_whole(reading.context, *node, "samples", kSamples));
  if (replicas && settings.samples < *replicas) {
    reading.error(*node, "so few samples cannot meet every replica",
                  fmt::format("{} are enough to meet each of {}", samples_for(*replicas), *replicas));
  }
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  settings->source = read_version_source(reading);
  if (const config::Node* node = reading.find("expect")) settings->expected = reading.text(*node, "expect");
  const config::Node* refused = reading.find("not");
  if (refused != nullptr) settings->refused = read_texts(reading, *refused, "not");
  read_samples(reading, *settings);
  const bool contradiction =
      settings->expected && std::find(settings->refused.begin(), settings->refused.end(),
                                      *settings->expected) != settings->refused.end();
  if (contradiction)
    reading.error(*refused, "the same version is expected and refused", "remove it from one of them");
  if (reading.find("expect") == nullptr && refused == nullptr && !settings->agree) {
    reading.error(*reading.find("kind"), "this probe expects nothing",
                  "write expect: \"1.4.2\", not: \"1.4.1\" or replicas: 3");
  }
  return settings;
}

// In groups, because a load balancer that counts connections spreads them only while they are open.
std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  const auto& settings = probe.settings<Settings>();
  const std::size_t left = settings.samples - std::min<std::size_t>(so_far.size(), settings.samples);
  return std::vector<client::Ask>(std::min(left, kAtOnce), settings.source.ask(probe));
}

struct Survey {
  VersionCounts counts;
  VersionCounts problems;  // why an answer named no version
  std::string age;
};

Survey survey(const VersionSource& source, Exchanges all) {
  Survey survey;
  for (const Exchange& exchange : all) {
    if (!exchange.answer.ok()) continue;
    VersionFound found = source.find(*exchange.answer.http());
    if (!found.problem.empty()) {
      ++survey.problems[found.problem];
    } else {
      ++survey.counts[found.version];
    }
    if (survey.age.empty()) survey.age = std::move(found.age);
  }
  return survey;
}

// One fact for all samples without an answer, not one for each.
void judge_troubles(Exchanges all, Judgement& judgement) {
  const auto broken =
      std::find_if(all.begin(), all.end(), [](const Exchange& one) { return !one.answer.ok(); });
  if (broken != all.end()) judgement.trouble(broken->ask, broken->answer);
}

void judge_versions(const Settings& settings, const VersionCounts& counts, Judgement& judgement) {
  const std::string what = "version";
  const auto holds = [&](const std::string& version) { return counts.contains(version); };
  if (settings.expected)
    judgement.require(counts.size() == 1 && holds(*settings.expected), what, *settings.expected,
                      shown(counts));
  for (const std::string& refused : settings.refused)
    judgement.require(!holds(refused), what, "not " + refused, shown(counts));
  if (settings.agree)
    judgement.require(counts.size() == 1, "replicas", "one version behind all connections", shown(counts));
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  const Survey found = survey(settings.source, all);
  Judgement judgement;
  judge_troubles(all, judgement);
  if (!found.problems.empty())
    judgement.require(false, "version", "a version in " + settings.source.where(), shown(found.problems));
  if (found.counts.empty()) return judgement;
  judge_versions(settings, found.counts, judgement);
  if (!found.age.empty())
    judgement.advise(false, "freshness", "an answer of the build itself", found.age + ", so of a cache");
  const std::string text = found.counts.size() == 1 ? found.counts.begin()->first : shown(found.counts);
  judgement.note({"version", 0, text});
  return judgement;
}

const Measure* version_of(const Tick& tick) {
  for (const Measure& measure : tick.measures)
    if (measure.name == "version") return &measure;
  return nullptr;
}

// A change is told, not judged: each tick has been judged against what is expected.
void over_time(const Probe&, std::span<const Tick> ticks, const LoadFacts&, Judgement& judgement) {
  std::string told, last;
  std::size_t changes = 0;
  for (const Tick& tick : ticks) {
    const Measure* version = version_of(tick);
    if (version == nullptr || version->text == last) continue;
    if (last.empty()) {
      told = version->text;
    } else if (++changes <= kShownChanges) {
      told += fmt::format(", from {} on {}", format_duration(tick.started), version->text);
    }
    last = version->text;
  }
  if (last.empty()) return;
  if (changes > kShownChanges) told += fmt::format(" and {} more changes", changes - kShownChanges);
  judgement.advise(changes == 0, "version over time", "one version", told);
}

}  // namespace

const Kind kVersion{.form = {.name = "version", .keys = kKeys, .read = read},
                    .purpose = "the build that answers is the one that was deployed, behind every connection",
                    .next = next,
                    .judge = judge,
                    .over_time = over_time,
                    .new_connections = true};

}  // namespace assay::probes
