// How reports write the numbers of findings, in the notation of gate files (base/units). Pure functions.
#pragma once
#include <string>

#include "base/units.h"
#include "model/verdict.h"

namespace assay::reports {

std::string duration_text(double nanoseconds);

// A value of a finding in the finding's unit.
std::string value_text(double value, Unit unit);

// A change between the arms with its sign: "+4.2%" of a latency ("x12" from tenfold on), "+0.1pp" of a ratio.
std::string change_text(double change, Unit unit);

// The margin that a change is held against: "10%" or "0.25pp".
std::string margin_text(double margin, Unit unit);

}  // namespace assay::reports
