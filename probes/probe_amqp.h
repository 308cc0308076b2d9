// `amqp`: what an AMQP 0-9-1 broker offers and whom it lets in.
#pragma once
#include "probes/kind.h"

namespace assay::probes {

extern const Kind kAmqp;

}  // namespace assay::probes
