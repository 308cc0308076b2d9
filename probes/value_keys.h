// Values that several kinds of probes take: JSON pointers, sets of statuses, header names. Mistakes go to the
// context, like those of config/values.h.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/map_reader.h"
#include "config/probe_form.h"
#include "match/json_text.h"

namespace assay::probes {

struct StatusSet {
  struct Range {
    int first = 0, last = 0;  // both included
  };
  std::vector<Range> ranges;
  std::string shown;  // "429 or 503"

  bool holds(int status) const;
};

std::optional<match::JsonPointer> read_pointer(const config::ProbeReading& reading, const config::Node& node,
                                               std::string_view label);
// The key of a map, which is a pointer.
std::optional<match::JsonPointer> read_pointer_key(const config::ProbeReading& reading,
                                                   const config::Node& key);
// 413, 2xx, or a list of them.
StatusSet read_statuses(const config::ProbeReading& reading, const config::Node& node,
                        std::string_view label);
// Of a response: what a header may be called.
std::string read_header_name(const config::ProbeReading& reading, const config::Node& node,
                             std::string_view label);

}  // namespace assay::probes
