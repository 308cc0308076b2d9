// The looks of a run as the rows of a table that several formats share: which p-values decided at each, what
// was found, and how much of the chance of a wrong decision had been used up. Pure function.
#pragma once
#include <string>
#include <vector>

#include "model/verdict.h"

namespace assay::reports {

// The first row is the head. Empty where the run was judged once, at its end.
std::vector<std::vector<std::string>> look_rows(const std::vector<LookRow>& looks);
inline std::vector<std::vector<std::string>> look_rows(const Verdict& verdict) {
  return look_rows(verdict.looks);
}

}  // namespace assay::reports
