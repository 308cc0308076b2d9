// What a gate file says about a `dns` probe, and how the values of records are compared: addresses in their
// shortest form, host names in lower case without the final dot.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/ask.h"
#include "config/probe_form.h"

namespace assay::probes {

struct DnsSettings final : config::ProbeSettings {
  std::string host;  // lower case
  client::RecordType type = client::RecordType::a;
  std::vector<std::string> expect;  // in comparable form, sorted; empty: any value
  bool contains = false;            // others may be there as well
  bool absent = false;
  bool authoritative = false;
  int rcode = 0;
  std::optional<Nanos> ttl_min, ttl_max;
  std::vector<std::string> resolvers;  // "1.1.1.1:53"; empty: the system's
};

inline constexpr std::string_view kDnsKeys[] = {"host", "type",  "expect",    "contains",     "absent",
                                                "ttl",  "rcode", "resolvers", "authoritative"};

std::shared_ptr<const config::ProbeSettings> read_dns_settings(const config::ProbeReading& reading);

std::string comparable_host(std::string_view host);
// Nothing: the text is no value of that type.
std::optional<std::string> comparable_value(client::RecordType type, std::string_view text);

// "SERVFAIL", "RCODE 11".
std::string rcode_name(int rcode);

}  // namespace assay::probes
