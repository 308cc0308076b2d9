#include "probes/probe_replicas.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "config/values.h"
#include "probes/replica_source.h"

namespace assay::probes {
namespace {

constexpr std::string_view kKeys[] = {"path",   "header",     "json", "body", "connections",
                                      "promql", "kubernetes", "min",  "max",  "exactly"};
constexpr config::WholeRange kCount{0, kMostReplicas};
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

struct Settings final : config::ProbeSettings {
  ReplicaSource source;
  std::optional<std::uint64_t> min, max;
};

std::optional<std::uint64_t> read_count(const config::ProbeReading& reading, std::string_view key) {
  const config::Node* node = reading.find(key);
  if (node == nullptr) return std::nullopt;
  return config::read_whole(reading.context, *node, key, kCount);
}

void read_bounds(const config::ProbeReading& reading, Settings& settings) {
  const config::Node* exactly = reading.find("exactly");
  const config::Node* min = reading.find("min");
  const config::Node* max = reading.find("max");
  if (exactly == nullptr && min == nullptr && max == nullptr)
    reading.error(*reading.find("kind"), "this probe expects nothing",
                  "write exactly: 3, or min: 2 and max: 10");
  if (exactly != nullptr && (min != nullptr || max != nullptr))
    reading.error(*exactly, "an exact number has no other bounds", "remove it, or \"min\" and \"max\"");
  settings.min = read_count(reading, exactly != nullptr ? "exactly" : "min");
  settings.max = exactly != nullptr ? settings.min : read_count(reading, "max");
  if (settings.min && settings.max && *settings.min > *settings.max)
    reading.error(*max, "\"max\" is less than \"min\"", "no number of instances is between them");
}

std::shared_ptr<const config::ProbeSettings> read(const config::ProbeReading& reading) {
  auto settings = std::make_shared<Settings>();
  read_bounds(reading, *settings);
  settings->source =
      read_replica_source(reading, std::max(settings->min.value_or(1), settings->max.value_or(1)));
  return settings;
}

std::vector<client::Ask> next(const Probe& probe, Exchanges so_far) {
  return probe.settings<Settings>().source.next(probe, so_far);
}

std::string bounds_text(const Settings& settings) {
  if (settings.min && settings.max)
    return *settings.min == *settings.max ? fmt::format("exactly {}", *settings.min)
                                          : fmt::format("{} to {}", *settings.min, *settings.max);
  return settings.min ? fmt::format("at least {}", *settings.min) : fmt::format("at most {}", *settings.max);
}

Judgement judge(const Probe& probe, Exchanges all) {
  const auto& settings = probe.settings<Settings>();
  Judgement judgement;
  const std::optional<ReplicaCount> count = settings.source.count(all, judgement);
  if (!count) return judgement;
  const bool inside =
      count->ready >= settings.min.value_or(0) && count->ready <= settings.max.value_or(kNoLimit);
  judgement.require(inside, "instances", bounds_text(settings), count->shown);
  if (count->wanted)
    judgement.require(count->ready == *count->wanted, "instances that are ready",
                      fmt::format("all {} of spec.replicas", *count->wanted), std::to_string(count->ready));
  judgement.note({std::string(kReplicasMeasure), static_cast<double>(count->ready), {}});
  return judgement;
}

}  // namespace

const Kind kReplicas{.form = {.name = "replicas", .keys = kKeys, .read = read, .needs_url = false},
                     .purpose = "there are as many instances as there should be",
                     .next = next,
                     .judge = judge,
                     .new_connections = true};

}  // namespace assay::probes
