// Did the generator itself send too late? Pure functions over the result.
#pragma once
#include "model/run_result.h"

namespace assay::verdict {

struct Lateness {
  Nanos allowed{0};  // a dispatch later than this is late
  double share = 0;  // of all dispatches
  bool too_late = false;
};

Lateness lateness_of(const RunResult& result);

// Of the arrivals that were intended: those that were started or knowingly given up. 1 where none was
// intended.
double offered_share(const GeneratorHealth& health);
bool offered_too_few(const GeneratorHealth& health);

}  // namespace assay::verdict
