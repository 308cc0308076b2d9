// Where the level of a series of runs changed for good: not which run is odd, but from which run on all of
// them are different. The whole series is looked at afterwards; nothing here decides about a single run.
//
// Each run gives a level with the standard error of its inside. Levels become normal scores of their ranks
// (van der Waerden 1952), so that no distribution of the noise is assumed and one wild run weighs little;
// runs weigh by 1 / (tau^2 + s^2), tau between runs (stats/random_effects). A change is where the two-sample
// t statistic of the scores before and after is largest (Sen and Srivastava 1975), or, where no such step is
// proven, a stretch that differs from the runs on both of its sides (Olshen, Venkatraman, Lucito and Wigler
// 2004). The p-value is that of the largest statistic in random orders of the runs (permutation test, as in
// Matteson and James 2014), exact where runs are exchangeable. Each part is then searched in the same way
// (binary segmentation, Vostrikova 1981). In the end each change is placed once more between its neighbours
// (Bai 1997), where the levels lie closest to the medians of both sides (least absolute deviations, Bai
// 1995). Many changes to and fro, each a few runs after the last, hide each other and are not found.
//
// Runs resemble the runs before them (a machine that ages, a cache that fills), and orders drawn at random
// would call that a change. So each statistic is divided by the root of what a first-order autoregression
// adds to the variance of its difference, with the lag-1 correlation r of what is left when the means of m
// parts are taken out, corrected for its bias and then some: (r + 2m/n) / (1 - 2m/n), never below 0.
//
// Chance that a series without any change is given one: at most 2 % (kChangeLevel) where runs are
// exchangeable, whatever their distribution; at most 5 % where neighbours are correlated by up to 0.3, as
// simulated in tests/unit/stats/change_points_test.cc. Pure functions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/random_effects.h"

namespace assay::stats {

inline constexpr double kChangeLevel = 0.02;             // of the permutation test
inline constexpr double kFalseChangeRate = 0.05;         // with neighbours correlated by up to 0.3
inline constexpr std::size_t kFewestRunsForChange = 10;  // of fewer no order is rare enough
inline constexpr std::size_t kFewestRunsBeside = 3;      // on each side of a change

struct ChangePoint {
  std::size_t first = 0;         // the first run of the new level
  double before = 0, after = 0;  // mean levels up to the neighbouring changes
  double p_value = 1;            // when it was found
};

struct LevelCourse {
  bool searched = false;  // false: fewer than kFewestRunsForChange
  std::vector<ChangePoint> changes;
  double between = 0;  // variance between runs beyond their inside (tau^2), changes taken out
};

// `runs`: oldest first. The same `seed` draws the same orders.
LevelCourse level_course(std::span<const RunEstimate> runs, std::uint64_t seed);

}  // namespace assay::stats
