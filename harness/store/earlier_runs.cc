#include "store/earlier_runs.h"

#include <algorithm>
#include <optional>

#include "stats/noise_profile.h"
#include "stats/proportion.h"
#include "stats/random_effects.h"

namespace assay::store {
namespace {

using Runs = std::vector<const StoredRun*>;

bool is_earlier(const StoredRun& run, const Asking& asking) {
  return asking.started_utc.empty() || run.started_utc < asking.started_utc;
}

bool same_but_for_the_place(const StoredRun& run, const Asking& asking) {
  return run.key.gate == asking.key.gate && run.key.scenario_hash == asking.key.scenario_hash &&
         run.key.load_hash == asking.key.load_hash;
}

Runs comparable(const std::vector<StoredRun>& runs, const Asking& asking) {
  Runs found;
  for (const StoredRun& run : runs)
    if (run.grade != Grade::invalid && run.key == asking.key && is_earlier(run, asking))
      found.push_back(&run);
  return found;
}

constexpr std::size_t kEnoughPassed = 8;

HistoricRun historic(const StoredRun& run) {
  HistoricRun made{.id = run.id,
                   .name = run.name,
                   .started_utc = run.started_utc,
                   .moves_the_mean = run.grade == Grade::pass,
                   .levels = {}};
  for (const MetricMeasure& metric : run.measures.metrics) {
    const auto& level = metric.levels[static_cast<std::size_t>(Arm::candidate)];
    if (level) made.levels.push_back({metric.metric, level->level, level->standard_error});
  }
  return made;
}

// The first runs of a gate have too little to be compared with and are all undecided: without them it never
// would get a baseline. Once enough have passed, undecided ones no longer move it.
void admit_undecided(BaselineHistory& history, const Runs& runs) {
  const auto passed = std::count_if(history.runs.begin(), history.runs.end(),
                                    [](const HistoricRun& run) { return run.moves_the_mean; });
  if (static_cast<std::size_t>(passed) >= kEnoughPassed) return;
  for (std::size_t i = 0; i < history.runs.size(); ++i)
    if (runs[i]->grade == Grade::inconclusive) history.runs[i].moves_the_mean = true;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

bool shows_placement(const StoredRun& run) { return run.same_build && run.two_instances; }

// The difference of a metric, where a run measured one.
const DifferenceMeasure* difference_in(const StoredRun& run, const std::string& metric) {
  const MetricMeasure* measure = run.measures.of(metric);
  return measure != nullptr && measure->difference ? &*measure->difference : nullptr;
}

std::vector<std::string> compared_metrics(const Runs& runs) {
  std::vector<std::string> names;
  for (const StoredRun* run : runs) {
    for (const MetricMeasure& metric : run->measures.metrics) {
      const bool known = std::find(names.begin(), names.end(), metric.metric) != names.end();
      if (metric.difference && !known) names.push_back(metric.metric);
    }
  }
  return names;
}

MetricNoise noise_of_metric(const std::string& metric, const Runs& recent, const Runs& all) {
  MetricNoise noise;
  noise.metric = metric;
  std::vector<double> errors, shares;
  for (const StoredRun* run : recent) {
    const DifferenceMeasure* measure = difference_in(*run, metric);
    if (measure == nullptr) continue;
    errors.push_back(measure->standard_error);
    shares.push_back(measure->slow_share);
    noise.spectra.push_back({measure->spectrum, run->measures.seconds, run->measures.requests_per_s});
  }
  noise.standard_error = median(errors);
  noise.slow_share = median(shares);
  std::vector<stats::RunEstimate> placements;
  for (const StoredRun* run : all) {
    const DifferenceMeasure* measure = shows_placement(*run) ? difference_in(*run, metric) : nullptr;
    if (measure != nullptr) placements.push_back({measure->estimate, measure->standard_error});
  }
  if (const auto spread = stats::placement_spread(placements)) noise.instance_sd = spread->tau_instance();
  noise.placement_runs = placements.size();
  return noise;
}

}  // namespace

BaselineHistory history_of(const std::vector<StoredRun>& runs, const Asking& asking, std::size_t last) {
  BaselineHistory history;
  const Runs found = comparable(runs, asking);
  for (const StoredRun* run : found) {
    if (run->pinned && !history.pinned) history.pinned = historic(*run);
    if (history.runs.size() < last) history.runs.push_back(historic(*run));
  }
  admit_undecided(history, found);
  for (const StoredRun& run : runs) {
    const bool elsewhere = run.key.environment_hash != asking.key.environment_hash &&
                           same_but_for_the_place(run, asking) && is_earlier(run, asking);
    if (!elsewhere || run.grade == Grade::invalid) continue;
    if (history.elsewhere == 0)
      history.difference = environment_difference(run.environment, asking.environment);
    if (run.pinned && !history.pinned && history.pinned_difference.empty())
      history.pinned_difference = environment_difference(run.environment, asking.environment);
    ++history.elsewhere;
  }
  return history;
}

NoiseFacts noise_of(const std::vector<StoredRun>& runs, const Asking& asking) {
  NoiseFacts facts;
  Runs two_arms = comparable(runs, asking);
  std::erase_if(two_arms, [](const StoredRun* run) { return run->arms < 2; });
  const Runs recent(two_arms.begin(), two_arms.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                             two_arms.size(), stats::NoiseProfile::kMost)));
  facts.runs = recent.size();
  std::vector<double> lengths, rates;
  for (const StoredRun* run : recent) {
    lengths.push_back(run->measures.seconds);
    rates.push_back(run->measures.requests_per_s);
  }
  facts.seconds = median(lengths);
  facts.requests_per_s = median(rates);
  for (const StoredRun* run : two_arms) facts.placement_runs += shows_placement(*run) ? 1U : 0U;
  for (const std::string& metric : compared_metrics(recent))
    facts.metrics.push_back(noise_of_metric(metric, recent, two_arms));
  return facts;
}

FalseAlarms false_alarms_of(const std::vector<StoredRun>& runs) {
  constexpr double kAlpha = 0.05;
  FalseAlarms alarms;
  for (const StoredRun& run : runs) {
    if (!run.same_build || run.grade == Grade::invalid) continue;
    ++alarms.judged;
    alarms.failed += run.grade == Grade::fail ? 1U : 0U;
    alarms.passed += run.grade == Grade::pass ? 1U : 0U;
  }
  if (alarms.judged == 0) return alarms;
  alarms.rate = static_cast<double>(alarms.failed) / static_cast<double>(alarms.judged);
  const auto interval = stats::proportion_interval(alarms.failed, alarms.judged, kAlpha);
  alarms.low = interval.low;
  alarms.high = interval.high;
  return alarms;
}

std::string environment_difference(const std::map<std::string, std::string>& other,
                                   const std::map<std::string, std::string>& own) {
  std::string text;
  const auto add = [&](const std::string& name, const std::string& theirs, const std::string& ours) {
    text += (text.empty() ? "" : "; ") + name + " " + (theirs.empty() ? "not said" : theirs) +
            " instead of " + (ours.empty() ? "not said" : ours);
  };
  for (const auto& [name, value] : own) {
    const auto found = other.find(name);
    if (found == other.end() || found->second != value)
      add(name, found == other.end() ? "" : found->second, value);
  }
  for (const auto& [name, value] : other)
    if (!own.contains(name)) add(name, value, "");
  return text;
}

}  // namespace assay::store
