// A row of bars, one a value, as high as its value is beside the highest one. Pure function.
#pragma once
#include <span>
#include <string>

namespace assay::reports {

// `top` is what the highest bar stands for. Below zero or zero: nothing was measured, a blank.
std::string sparkline(std::span<const double> values, double top);

}  // namespace assay::reports
