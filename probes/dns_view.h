// A DNS answer as somebody reads it who asked for one name: along the aliases, to the records at their end.
// Records that belong to no name of this way are ignored. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "client/ask.h"

namespace assay::probes {

struct DnsView {
  std::vector<std::string> aliases;  // that the name leads to, in order
  std::vector<std::string> values;   // in comparable form, sorted, each once
  bool circle = false;               // the aliases lead back to themselves
  // Of all records on the way; 0 where there are none.
  std::uint32_t least_ttl_s = 0, most_ttl_s = 0;
};

DnsView view_of(const client::DnsAnswer& answer, const std::string& host, client::RecordType type);

}  // namespace assay::probes
