// `postgres`: how PostgreSQL secures connections and whom it lets in, without a password.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kPostgres;

}  // namespace assay::probes
