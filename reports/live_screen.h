// A run that goes on, as the lines that a terminal shows of it: the verdict as it stands, both arms, errors,
// probes in trouble, the rate, the time left. What does not fit is left out, least important first. Pure
// function.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "model/live_run.h"

namespace assay::reports {

struct ScreenForm {
  std::size_t columns = 80, rows = 24;
  bool colour = false;
  bool utf8 = true;  // false: ASCII only
};

// At most `rows` - 1 lines, so that the cursor has one, of at most `columns` cells.
std::vector<std::string> live_screen(const LiveRun& run, const ScreenForm& form);

}  // namespace assay::reports
