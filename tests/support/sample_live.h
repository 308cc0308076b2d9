// A run that goes on, as somebody who shows it meets it: half of five minutes, two arms, looks, probes in
// every state. The same in every process and on every machine.
#pragma once
#include "model/live_run.h"

namespace assay::test_support {

LiveRun sample_live();

// Whose every word was written by somebody who means harm, and is far too long.
LiveRun hostile_live();

}  // namespace assay::test_support
