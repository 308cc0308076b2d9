// What the runs of a store mean for another run: the noise of their gate, the levels that it is compared
// with, and how often the gate judged identical code wrongly. Pure functions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/baseline_history.h"
#include "model/noise_facts.h"
#include "model/stored_run.h"

namespace assay::store {

// Of one gate: enough for any history of comparable runs, few enough to read at once.
inline constexpr std::size_t kMostEarlierRuns = 1000;

// The run that is to be judged: neither it nor what started after it is evidence about it.
struct Asking {
  RunKey key;
  std::map<std::string, std::string> environment;
  std::string started_utc;  // empty: every stored run counts
};

// `runs`: those of the gate, those with the key of `asking` newest first. Of these the valid ones count, at
// most `last`; of the others it is said how many there are and where they differ. Those that passed move the
// mean, and those that could not be decided until eight have passed.
BaselineHistory history_of(const std::vector<StoredRun>& runs, const Asking& asking, std::size_t last);

// From valid runs with two arms and the key of `asking`: the last ten; placement from all A/A runs between
// two instances. Metrics without any are left out.
NoiseFacts noise_of(const std::vector<StoredRun>& runs, const Asking& asking);

// How the gate judged A/A runs; those that were invalid judged nothing and do not count.
struct FalseAlarms {
  std::size_t judged = 0, failed = 0, passed = 0;
  double rate = 0, low = 0, high = 1;  // of `failed`, with its exact 95 % interval (Clopper and Pearson 1934)
};
FalseAlarms false_alarms_of(const std::vector<StoredRun>& runs);

// "cores 2 instead of 8": where an environment differs from this one. Empty where it does not.
std::string environment_difference(const std::map<std::string, std::string>& other,
                                   const std::map<std::string, std::string>& own);

}  // namespace assay::store
