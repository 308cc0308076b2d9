// A DNS reply as it came over the wire, read with every bound checked. Pure function.
#pragma once
#include <span>
#include <string>

#include "base/expected.h"
#include "client/ask.h"

namespace assay::client {

// The answer section's records of the types that DnsRecord knows; others are left out. The reason, where the
// message is not what RFC 1035 allows: names that point at themselves, lengths past the end, a query.
Expected<DnsAnswer, std::string> parse_dns_reply(std::span<const unsigned char> message);

// 1 for A, 28 for AAAA.
int wire_type(RecordType type);

}  // namespace assay::client
