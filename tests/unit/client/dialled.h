// Carries one dialogue out on a loop of its own.
#pragma once
#include "client/ask.h"

namespace assay::client {

Answer dialled(const DialAsk& ask, const Access& access = {});

}  // namespace assay::client
