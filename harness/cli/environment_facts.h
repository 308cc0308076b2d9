// The machine and the build that a result came from, so that two results can be compared knowingly.
#pragma once
#include "cli/context.h"
#include "model/run_result.h"

namespace assay::cli {

Environment environment_facts(const Context& context);

}  // namespace assay::cli
