// What the generator noted second by second, joined to as many points as a chart can show. Pure.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "model/run_result.h"
#include "reports/time_bins.h"

namespace assay::reports {

// Whole seconds while load was offered, each bin at least as long as those of `grid`. Empty: less than a
// second.
TimeGrid second_grid(const RunResult& result, const TimeGrid& grid);

enum class Join : unsigned char { mean, maximum };

// One value for each bin of a second_grid(); absent where no second of it has one.
std::vector<std::optional<double>> joined_seconds(
    const GeneratorHealth& health, const TimeGrid& grid, Join join,
    const std::function<std::optional<double>(const HealthSecond&)>& of);

}  // namespace assay::reports
