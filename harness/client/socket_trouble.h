// Which trouble an errno of a socket is.
#pragma once
#include "client/ask.h"

namespace assay::client {

Trouble trouble_of(int error_number);

}  // namespace assay::client
