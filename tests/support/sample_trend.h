// Trends for tests of the formats that show them.
#pragma once
#include <cstddef>
#include <cstdint>

#include "model/run_trend.h"

namespace assay::test_support {

// Fourteen runs of two arms. From the ninth on the candidate's p95 is 20 % higher and p99 of both arms 30 %;
// one run lacks its levels, one failed, one was undecided; two may not be compared and three are older.
RunTrend sample_trend();

struct TrendSize {
  std::size_t runs = 200, metrics = 50;
};
// As much as there can be, each metric of both arms with changes, with texts of `letters` letters.
RunTrend vast_trend(TrendSize size, std::size_t letters);

}  // namespace assay::test_support
