#include "model/merge.h"

#include <algorithm>
#include <tuple>

#include "model/merge_health.h"
#include "model/merge_sorted.h"

namespace assay {
namespace {

using Failure = Unexpected<std::string>;

std::string segment_name(const RunResult& part) {
  return "run `" + part.id + "` (segment " + std::to_string(part.segment.index) + " of " +
         std::to_string(part.segment.count) + ")";
}

// Ends may differ: a segment may have been interrupted.
bool same_load(const std::vector<LoadPhaseFacts>& a, const std::vector<LoadPhaseFacts>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const LoadPhaseFacts& x, const LoadPhaseFacts& y) {
                      return std::tie(x.shape, x.description, x.open_model, x.start, x.warm_up) ==
                             std::tie(y.shape, y.description, y.open_model, y.start, y.warm_up);
                    });
}

// What makes `part` another run than `first`; empty where nothing does.
std::string difference(const RunResult& first, const RunResult& part) {
  if (part.segment.count != first.segment.count) return "number of segments";
  if (part.gate_text != first.gate_text) return "gate file";
  if (part.seed != first.seed) return "seed";
  if (part.overrides != first.overrides) return "--var or --target";
  if (part.same_build != first.same_build) return "use of --aa";
  if (part.slot_length != first.slot_length) return "slot length";
  if (part.steps != first.steps) return "steps";
  if (!same_load(part.load, first.load)) return "load";
  return "";
}

// Parts in ascending order of their segments.
std::string why_incomplete(const std::vector<RunResult>& parts) {
  const std::uint32_t count = parts.front().segment.count;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::uint32_t index = parts[i].segment.index;
    if (index < 1 || index > count) return segment_name(parts[i]) + " is not a segment of the run";
    if (i > 0 && index == parts[i - 1].segment.index) {
      return segment_name(parts[i]) + " and " + segment_name(parts[i - 1]) + " are the same segment";
    }
  }
  std::uint32_t wanted = 1;
  for (const RunResult& part : parts) {
    if (part.segment.index != wanted) break;
    ++wanted;
  }
  if (wanted > count) return "";
  return "segment " + std::to_string(wanted) + " of " + std::to_string(count) + " is missing";
}

std::string why_not(const std::vector<RunResult>& parts) {
  if (parts.empty()) return "there is no run to merge";
  for (const RunResult& part : parts) {
    const std::string what = difference(parts.front(), part);
    if (!what.empty())
      return segment_name(part) + " has another " + what + " than " + segment_name(parts.front());
  }
  return why_incomplete(parts);
}

void add(SeriesSlot& into, const SeriesSlot& part) {
  into.count += part.count;
  for (std::size_t i = 0; i < kSlotMetricCount; ++i) into.times[i].merge(part.times[i]);
}

void add(Series& into, const Series& part) {
  into.count += part.count;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) into.outcomes[i] += part.outcomes[i];
  into.bytes_sent += part.bytes_sent;
  into.bytes_received += part.bytes_received;
  for (std::size_t i = 0; i < kMetricCount; ++i) into.times[i].merge(part.times[i]);
  merge_sorted(
      into.slots, part.slots, [](const SeriesSlot& slot) { return slot.index; },
      [](SeriesSlot& sum, const SeriesSlot& slot) { add(sum, slot); });
}

// TLS facts are those of the first part that has them; a session counts as resumed if any part resumed one.
void add(TargetFacts& into, const TargetFacts& part) {
  for (const std::string& address : part.addresses) {
    const bool known =
        std::find(into.addresses.begin(), into.addresses.end(), address) != into.addresses.end();
    if (!known) into.addresses.push_back(address);
  }
  if (!into.tls) {
    into.tls = part.tls;
  } else if (part.tls) {
    into.tls->verified = into.tls->verified && part.tls->verified;
    into.tls->session_resumed = into.tls->session_resumed || part.tls->session_resumed;
  }
  into.verify = into.verify && part.verify;
  into.connections_opened += part.connections_opened;
  into.stale_retries += part.stale_retries;
  into.requests_on_new_connections += part.requests_on_new_connections;
}

void add_targets(std::vector<TargetFacts>& into, const std::vector<TargetFacts>& part) {
  for (const TargetFacts& target : part) {
    const auto same =
        std::find_if(into.begin(), into.end(), [&](const auto& t) { return t.arm == target.arm; });
    if (same == into.end()) {
      into.push_back(target);
    } else {
      add(*same, target);
    }
  }
}

void add_failures(std::vector<FailureExample>& into, const std::vector<FailureExample>& part) {
  const auto key = [](const FailureExample& f) { return std::tuple(f.step, f.arm, f.outcome); };
  for (const FailureExample& failure : part) {
    const auto same =
        std::find_if(into.begin(), into.end(), [&](const auto& f) { return key(f) == key(failure); });
    if (same == into.end()) {
      into.push_back(failure);
    } else {
      same->count += failure.count;
    }
  }
}

void add_load(std::vector<LoadPhaseFacts>& into, const std::vector<LoadPhaseFacts>& part) {
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (i == into.size()) {
      into.push_back(part[i]);
      continue;
    }
    into[i].max_in_flight += part[i].max_in_flight;
    into[i].start = std::min(into[i].start, part[i].start);
    into[i].end = std::max(into[i].end, part[i].end);
    into[i].judged_until_end = into[i].judged_until_end && part[i].judged_until_end;
  }
}

void add(RunResult& into, const RunResult& part) {
  add_measured(into, part);
  if (!into.interrupted_by) into.interrupted_by = part.interrupted_by;
  if (!into.early_stop) into.early_stop = part.early_stop;
  if (!into.could_not_run && part.could_not_run)
    into.could_not_run = segment_name(part) + ": " + *part.could_not_run;
  merge_into(into.health, part.health);
}

void add_stretches(std::vector<FailedStretch>& into, const std::vector<FailedStretch>& part) {
  into.insert(into.end(), part.begin(), part.end());
  std::stable_sort(into.begin(), into.end(), [](const FailedStretch& a, const FailedStretch& b) {
    return std::pair(a.arm, a.from) < std::pair(b.arm, b.from);
  });
}

}  // namespace

void add_measured(RunResult& into, const RunResult& part) {
  into.duration = std::max(into.duration, part.duration);
  into.warm_up_requests += part.warm_up_requests;
  into.warm_up_errors += part.warm_up_errors;
  into.iterations_completed += part.iterations_completed;
  add_load(into.load, part.load);
  add_targets(into.targets, part.targets);
  add_failures(into.failures, part.failures);
  add_stretches(into.failed_stretches, part.failed_stretches);
  into.probes.insert(into.probes.end(), part.probes.begin(), part.probes.end());
  into.server_metrics.insert(into.server_metrics.end(), part.server_metrics.begin(),
                             part.server_metrics.end());
  merge_sorted(
      into.series, part.series, [](const Series& series) { return series.key; },
      [](Series& sum, const Series& series) { add(sum, series); });
}

Expected<RunResult, std::string> merge(std::vector<RunResult> parts) {
  std::stable_sort(parts.begin(), parts.end(),
                   [](const RunResult& a, const RunResult& b) { return a.segment.index < b.segment.index; });
  std::string reason = why_not(parts);
  if (!reason.empty()) return Failure(std::move(reason));
  RunResult whole = std::move(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) add(whole, parts[i]);
  whole.segment = {1, 1};
  return whole;
}

}  // namespace assay
