// `cookies`: the cookies that one answer sets, as browsers take them. Their values are never shown.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kCookies;

}  // namespace assay::probes
