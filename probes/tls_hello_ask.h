// A ClientHello made by hand, as an ask to the probe's host and port after what its protocol says before TLS.
#pragma once
#include <span>
#include <string_view>

#include "client/ask.h"
#include "probes/probe.h"
#include "probes/tls_suites.h"

namespace assay::probes {

client::Ask hello_ask(const Probe& probe, std::string_view label, std::span<const TlsSuite> suites,
                      client::TlsVersion highest = client::TlsVersion::tls1_2);

}  // namespace assay::probes
