// A row of bars, one a value, as high as its value is beside the highest one. Pure functions.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace assay::reports {

// One bar that fills so much of its line, from 0 to 1: the lowest one is never empty.
std::string_view bar(double share);

// `top` is what the highest bar stands for. Below zero or zero: nothing was measured, a blank.
std::string sparkline(std::span<const double> values, double top);

}  // namespace assay::reports
