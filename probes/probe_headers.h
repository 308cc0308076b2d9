// `headers`: what the headers of several paths say, judged by their meaning. Each path by itself, because a
// server that sends a header with a page may forget it with an error or a file.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kHeaders;

}  // namespace assay::probes
