// `smtp`: how a mail server secures connections and that it is no open relay, without a mail.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kSmtp;

}  // namespace assay::probes
